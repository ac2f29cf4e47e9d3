package badinput_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// step slices a tensor from start to end by step.
type step struct{ start, end, by int }

func (s step) Start() int { return s.start }
func (s step) End() int   { return s.end }
func (s step) Step() int  { return s.by }

func counting(rows, columns int) *tensor.Dense {
	values := make([]float32, rows*columns)
	for i := range values {
		values[i] = float32(i*7%13) / 13
	}
	return tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(values))
}

// views are tensors whose elements do not lie in the order of their shape, all (4, 3).
func views(t *testing.T) map[string]*tensor.Dense {
	lazy := counting(3, 4)
	if err := lazy.T(); err != nil {
		t.Fatal(err)
	}
	view := func(d *tensor.Dense, s ...tensor.Slice) *tensor.Dense { return must(d.Slice(s...))(t).(*tensor.Dense) }
	columns := counting(4, 6)
	transposedView := view(counting(3, 9), nil, step{2, 6, 1})
	if err := transposedView.T(); err != nil {
		t.Fatal(err)
	}
	return map[string]*tensor.Dense{
		"a lazy transpose":     lazy,
		"some columns":         view(columns, nil, step{1, 4, 1}),
		"some rows":            view(counting(8, 3), step{2, 6, 1}),
		"every other column":   view(columns, nil, step{0, 6, 2}),
		"a view, transposed":   transposedView,
		"column by column":     tensor.New(tensor.WithShape(4, 3), tensor.AsFortran(counting(4, 3).Data())),
		"a corner of a larger": view(counting(9, 9), step{3, 7, 1}, step{5, 8, 1}),
	}
}

// contiguous copies a tensor element by element, by its own indices.
func contiguous(t *testing.T, d *tensor.Dense) *tensor.Dense {
	values := make([]float32, 0, 12)
	for i := range 4 {
		for j := range 3 {
			values = append(values, must(d.At(i, j))(t).(float32))
		}
	}
	return must(data.Of(values, 4, 3))(t)
}

// TestViews gives tensors that share memory with others: everywhere they count as the copy with the same elements.
func TestViews(t *testing.T) {
	x := graph.New("g").Input("x", graph.Shape{graph.None, 3})
	double := must(engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Mul(x, 2)}}))(t)
	same := func(t *testing.T, what string, a, b *tensor.Dense) {
		t.Helper()
		if !a.Eq(b) {
			t.Errorf("%s: the view gives %v, its copy %v", what, a.Data(), b.Data())
		}
	}
	for name, v := range views(t) {
		t.Run(name, func(t *testing.T) {
			c := contiguous(t, v)
			before := data.Float32s(v)
			same(t, "data.Tensor", must(data.Tensor(v))(t), c)
			same(t, "engine", must(double.Run(ctx, v))(t)[0], must(double.Run(ctx, c))(t)[0])
			fitted := func(d *tensor.Dense) *tensor.Dense {
				m := small(t)
				a := data.Arrays{X: d, Y: []int{0, 1, 1, 0}}
				if _, err := m.Fit(ctx, a, quiet(train.FitOptions{BatchSize: 2, Epochs: 2})); err != nil {
					t.Fatal(err)
				}
				return must(m.Predict(ctx, d))(t)
			}
			same(t, "Fit and Predict", fitted(v), fitted(c))
			kernel := func(d *tensor.Dense) *tensor.Dense {
				p := must(graph.NewParam("w", make2(4, 3)))(t)
				if err := p.SetValue(d); err != nil {
					t.Fatal(err)
				}
				return p.Value()
			}
			same(t, "SetValue", kernel(v), kernel(c))
			g := graph.New("const")
			f := must(engine.Compile(engine.Config{Outputs: graph.Nodes{ops.Add(g.Const(v), 0)}}))(t)
			same(t, "Const", must(f.Run(ctx))(t)[0], c)
			for i, w := range data.Float32s(v) {
				if w != before[i] {
					t.Fatalf("element %d of the user's tensor has changed", i)
				}
			}
		})
	}
}
