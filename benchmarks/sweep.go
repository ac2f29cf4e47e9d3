package main

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gorgonia.org/tensor"
)

// sweepLine is what is printed of one size.
type sweepLine struct {
	Framework     string  `json:"framework"`
	Workload      string  `json:"workload"`
	Mode          string  `json:"mode"`
	Over          string  `json:"over"` // batch or width
	Size          int     `json:"size"`
	Threads       int     `json:"threads"`
	StepMsMin     float64 `json:"step_ms_min"`
	UsPerSample   float64 `json:"us_per_sample"`
	GFLOPs        float64 `json:"gflops"`         // of the products
	AgainstLinear float64 `json:"against_linear"` // the time beside that of the size before, grown as the work has: above 1 is a rise
	RSSMb         float64 `json:"rss_mb"`
}

// The sizes are dense enough, and odd enough, to show a cliff.
var (
	sweepBatches = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 24, 32, 33, 48, 64, 65, 96, 127, 128, 129, 192, 255, 256, 257, 384, 512, 513, 768,
		1023, 1024, 1025, 1536, 2048, 2049, 3072, 4096}
	sweepWidths = []int{64, 65, 96, 127, 128, 129, 160, 192, 255, 256, 257, 320, 384, 448, 511, 512, 513, 640, 768, 896, 1023, 1024, 1025, 1280, 1536,
		1792, 2047, 2048, 2049, 2560, 3072, 3584, 4095, 4096}
)

// sweepRounds is how often all sizes are measured: a slow moment of the machine must not look like a cliff.
const sweepRounds = 3

// sweep measures prediction and training of the MLP over batch sizes, and of one of two equal hidden layers over their width.
func (b *bench) sweep(ctx context.Context) error {
	all := sweepPoints()
	for range sweepRounds {
		for i := range all {
			l := &all[i]
			width, batch := 512, l.Size
			if l.Over == "width" {
				width, batch = l.Size, 64
			}
			least, err := b.swept(ctx, l.Mode, width, batch)
			if err != nil {
				return fmt.Errorf("%s, %s %d: %w", l.Mode, l.Over, l.Size, err)
			}
			passes := 1
			if l.Mode == "train" { // a product forward is two backward
				passes = 3
			}
			if l.StepMsMin == 0 || least < l.StepMsMin {
				l.StepMsMin, l.UsPerSample = least, least*1e3/float64(batch)
				l.GFLOPs = float64(passes*2*batch) * float64(784*width+width*width+10*width) / least / 1e6
			}
			l.Framework, l.Workload, l.Threads, l.RSSMb = "gorgonin", "sweep", b.threads, peakMemory()
		}
	}
	for i := range all {
		l := &all[i]
		if i > 0 && all[i-1].Mode == l.Mode && all[i-1].Over == l.Over {
			l.AgainstLinear = all[i-1].GFLOPs / l.GFLOPs
		}
		if err := print(l); err != nil {
			return err
		}
	}
	if b.plot == "" {
		return nil
	}
	return drawSweep(b.plot, all)
}

// sweepPoints lists what is measured; training of the widest is left out.
func sweepPoints() (all []sweepLine) {
	for _, mode := range []string{"predict", "train"} {
		for _, size := range sweepBatches {
			all = append(all, sweepLine{Mode: mode, Over: "batch", Size: size})
		}
		for _, size := range sweepWidths {
			if mode == "predict" || size <= 2048 {
				all = append(all, sweepLine{Mode: mode, Over: "width", Size: size})
			}
		}
	}
	return all
}

// swept is the shortest step of one size, in milliseconds.
func (b *bench) swept(ctx context.Context, mode string, width, batch int) (float64, error) {
	m, err := chain(functional.Input(graph.New("sweep"), "x", []int{784}), &layers.Dense{Units: width, Activation: "relu"},
		&layers.Dense{Units: width, Activation: "relu"}, &layers.Dense{Units: 10, Activation: "softmax"})
	if err != nil {
		return 0, err
	}
	err = m.Compile(train.Config{Optimizer: &optimizers.SGD{}, Loss: "sparse_categorical_crossentropy", Backend: b.backend})
	if err != nil {
		return 0, err
	}
	r := source()
	x, y := uniform(r, batch, 784), integers(r, 10, batch)
	step := func() error {
		_, err := m.TrainOnBatch(ctx, data.Batch{X: x, Y: y})
		return err
	}
	if mode == "predict" {
		f, err := engine.Compile(engine.Config{Inputs: m.Inputs(), Outputs: m.Outputs(), Backend: b.backend})
		if err != nil {
			return 0, err
		}
		in, out := []any{x}, []*tensor.Dense{tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 10))}
		step = func() error { return f.RunInto(ctx, out, in...) }
	}
	o := b.options
	o.budget /= 8 * sweepRounds
	s, err := o.measure(2, 2, step)
	if err != nil {
		return 0, err
	}
	least, _ := s.extremes()
	return milliseconds(least), nil
}

// drawSweep draws the rate of arithmetic over the sizes, which falls where there is a cliff.
func drawSweep(path string, all []sweepLine) error {
	p := plot.New()
	p.Title.Text = "two hidden layers: the rate over the batch size (at width 512) and the width (at batch 64)"
	p.X.Label.Text, p.Y.Label.Text = "batch size or width", "GFLOP/s"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{}
	p.Y.Min, p.Legend.Top, p.Legend.Left = 0, true, true
	p.Add(plotter.NewGrid())
	curves, order := map[string]plotter.XYs{}, []string(nil)
	for _, l := range all {
		key := l.Mode + " over " + l.Over
		if curves[key] == nil {
			order = append(order, key)
		}
		curves[key] = append(curves[key], plotter.XY{X: float64(l.Size), Y: l.GFLOPs})
	}
	for i, key := range order {
		line, dots, err := plotter.NewLinePoints(curves[key])
		if err != nil {
			return err
		}
		line.Color, dots.Color, dots.Radius = plotutil.Color(i), plotutil.Color(i), vg.Points(1.5)
		p.Add(line, dots)
		p.Legend.Add(key, line)
	}
	return p.Save(8*vg.Inch, 4.5*vg.Inch, path)
}
