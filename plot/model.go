package plot

import (
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/pkg/errors"
)

// ModelOptions choose what Model shows.
type ModelOptions struct {
	ShowShapes bool   // the shapes of each layer's outputs
	HideNames  bool   // only the classes of the layers
	RankDir    string // "TB" (default) from top to bottom, "LR" from left to right
}

// Model draws the layers of a model and what they are connected to, as Keras's plot_model does.
func Model(path string, m *functional.Model, o ...ModelOptions) error {
	if m == nil {
		return errors.Errorf("drawing %s: the model is nil", path)
	}
	if len(o) > 1 {
		return errors.Errorf("drawing %s: got %d ModelOptions, want at most one", path, len(o))
	}
	var opt ModelOptions
	if len(o) == 1 {
		opt = o[0]
	}
	if opt.RankDir == "" {
		opt.RankDir = "TB"
	}
	boxes, err := m.Diagram()
	if err != nil {
		return errors.WithMessagef(err, "drawing %s", path)
	}
	var dot strings.Builder
	fmt.Fprintf(&dot, "digraph %s {\n  rankdir=%s;\n  node [shape=box, style=filled, fillcolor=\"#e2f3dd\", fontname=\"Helvetica\", fontsize=10];\n", quote(m.Name()), opt.RankDir)
	for i, b := range boxes {
		fmt.Fprintf(&dot, "  n%d [label=%s%s];\n", i, quote(label(b, opt)), fill(b.Layer))
		for _, from := range b.From {
			fmt.Fprintf(&dot, "  n%d -> n%d;\n", from, i)
		}
	}
	dot.WriteString("}\n")
	return layout(path, []byte(dot.String()))
}

func label(b functional.Box, o ModelOptions) string {
	text := b.Name + " (" + b.Class + ")"
	if o.HideNames {
		text = b.Class
	}
	if o.ShowShapes {
		text += "\n" + b.Shape
	}
	return text
}

// fill colours what is fed.
func fill(l layers.Layer) string {
	if _, ok := l.(*layers.Input); ok {
		return `, fillcolor="#cfe8ff"`
	}
	return ""
}
