package plot

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/saving"
	"github.com/gorgonin/gorgonin/train"
	"github.com/pkg/errors"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// History draws the curves of a training, one panel for each quantity: the loss, then the metrics. Training and validation
// share a panel.
func History(path string, h *train.History) error {
	kind, err := format(path)
	if err != nil {
		return err
	}
	if h == nil || len(h.Epoch) == 0 {
		return errors.Errorf("drawing %s: the history has no epochs", path)
	}
	names := quantities(h)
	panels := make([]*plot.Plot, len(names))
	for i, name := range names {
		if panels[i], err = panel(h, name); err != nil {
			return errors.Wrapf(err, "drawing %s", path)
		}
	}
	var picture bytes.Buffer
	if err := render(&picture, kind, panels); err != nil {
		return errors.Wrapf(err, "drawing %s", path)
	}
	return saving.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(picture.Bytes())
		return err
	})
}

// quantities lists what was measured, the loss first.
func quantities(h *train.History) []string {
	seen := map[string]bool{}
	for key := range h.History {
		seen[strings.TrimPrefix(key, "val_")] = true
	}
	names := slices.Sorted(maps.Keys(seen))
	if i := slices.Index(names, "loss"); i > 0 {
		names = append([]string{"loss"}, slices.Delete(names, i, i+1)...)
	}
	return names
}

// panel draws one quantity over the epochs, counted from 1.
func panel(h *train.History, name string) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = name
	p.X.Label.Text = "epoch"
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	for i, key := range []string{name, "val_" + name} {
		values := h.History[key]
		if len(values) == 0 {
			continue
		}
		points := make(plotter.XYs, len(values))
		for k, v := range values {
			points[k].X, points[k].Y = float64(epochOf(h, k, len(values)))+1, v
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, errors.Wrap(err, key)
		}
		line.Color, dots.Color = plotutil.Color(i), plotutil.Color(i)
		p.Add(line, dots)
		p.Legend.Add([]string{"training", "validation"}[i], line)
	}
	return p, nil
}

// epochOf is the epoch of value k of n: validation may have run in some epochs only, the last ones of which are known.
func epochOf(h *train.History, k, n int) int {
	if n == len(h.Epoch) {
		return h.Epoch[k]
	}
	stride := max(1, len(h.Epoch)/n)
	return h.Epoch[min(len(h.Epoch)-1, (k+1)*stride-1)]
}

// render lays the panels side by side.
func render(w io.Writer, kind string, panels []*plot.Plot) error {
	const width, height = 4 * vg.Inch, 3 * vg.Inch
	canvas, err := draw.NewFormattedCanvas(width*vg.Length(len(panels)), height, kind)
	if err != nil {
		return err
	}
	tiles := draw.Tiles{Rows: 1, Cols: len(panels), PadX: vg.Points(8), PadTop: vg.Points(4), PadRight: vg.Points(8)}
	for i, c := range plot.Align([][]*plot.Plot{panels}, tiles, draw.New(canvas))[0] {
		panels[i].Draw(c)
	}
	_, err = canvas.WriteTo(w)
	return err
}
