// Package plot draws pictures: the curves of a training, the layers of a model, the nodes of a graph. The extension of the
// path chooses the format, .svg or .png.
package plot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/goccy/go-graphviz"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/saving"
	"github.com/pkg/errors"
)

// format is the kind of picture that a path asks for.
func format(path string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg", ".png":
		return ext[1:], nil
	default:
		return "", errors.Errorf("drawing %s: the extension %q is not known, want .svg or .png", path, ext)
	}
}

// Graph draws the nodes that the roots depend on, grouped by layer; without roots the whole graph.
func Graph(path string, g *graph.Graph, roots ...*graph.Node) error {
	if g == nil {
		return errors.Errorf("drawing %s: the graph is nil", path)
	}
	var dot bytes.Buffer
	if err := g.WriteDOT(&dot, roots...); err != nil {
		return errors.WithMessagef(err, "drawing %s", path)
	}
	return layout(path, dot.Bytes())
}

// layout lays out a graph in Graphviz's language and writes the picture.
func layout(path string, dot []byte) error {
	kind, err := format(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	engine, err := graphviz.New(ctx)
	if err != nil {
		return errors.Wrapf(err, "drawing %s", path)
	}
	defer engine.Close()
	g, err := graphviz.ParseBytes(dot)
	if err != nil {
		return errors.Wrapf(err, "drawing %s", path)
	}
	defer g.Close()
	var picture bytes.Buffer
	if err := engine.Render(ctx, g, graphviz.Format(kind), &picture); err != nil {
		return errors.Wrapf(err, "drawing %s", path)
	}
	return saving.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(picture.Bytes())
		return err
	})
}

// quote writes a string for Graphviz, with line breaks inside.
func quote(s string) string { return fmt.Sprintf("%q", s) }
