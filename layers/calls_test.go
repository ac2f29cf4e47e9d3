package layers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	. "github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
	"github.com/gorgonin/gorgonin/ops"
)

// A layer called again, in the same graph or another, reads the same weights.
func TestSharedLayers(t *testing.T) {
	g, h := graph.New("g"), graph.New("h")
	l := &Dense{Units: 2}
	x, y := g.Input("x", graph.Shape{1, 3}), g.Input("y", graph.Shape{4, 5, 3})
	a, b := Call(l, x), Call(l, y)
	kernel := l.Params()[0]
	c := Call(l, h.Input("x", graph.Shape{1, 3}))
	if a.Poisoned() || b.Poisoned() || c.Poisoned() || len(l.Params()) != 2 || l.Params()[0] != kernel {
		t.Fatal(a, b, c, l.Params())
	}
	if n := len(g.Params()); n != 2 || !slices.Contains(h.Params(), kernel) {
		t.Errorf("the graph of two calls reads %d parameters, another one reads %v", n, h.Params())
	}
	if a.Layer() != "dense" || b.Layer() != "dense" || kernel.Path() != "dense/kernel" {
		t.Errorf("the calls are %q and %q, the weight %q", a.Layer(), b.Layer(), kernel.Path())
	}
	other := Call(&Dense{Units: 2}, x)
	if other.Layer() != "dense_1" {
		t.Errorf("the second layer is called %q", other.Layer())
	}
}

func TestSharedLayersOfOtherSizes(t *testing.T) {
	for name, c := range map[string]struct {
		layer Layer
		first graph.Shape
	}{
		"dense":              {&Dense{Units: 2}, graph.Shape{1, 3}},
		"conv2d":             {&Conv2D{Filters: 2, KernelSize: [2]int{1, 1}}, graph.Shape{1, 4, 4, 3}},
		"batch_norm":         {&BatchNormalization{}, graph.Shape{1, 3}},
		"layer_norm":         {&LayerNormalization{}, graph.Shape{1, 3}},
		"lstm":               {&LSTM{Units: 2}, graph.Shape{1, 4, 3}},
		"p_re_lu":            {&PReLU{}, graph.Shape{1, 3}},
		"time_distributed":   {&TimeDistributed{Layer: &Dense{Units: 2}}, graph.Shape{1, 4, 3}},
		"separable_conv1d":   {&SeparableConv1D{Filters: 2, KernelSize: 1}, graph.Shape{1, 4, 3}},
		"multi_head":         {&MultiHeadAttention{NumHeads: 1, KeyDim: 2}, graph.Shape{1, 4, 3}},
		"bidirectional":      {&Bidirectional{Layer: &GRU{Units: 2}}, graph.Shape{1, 4, 3}},
		"group_norm":         {&GroupNormalization{Groups: 1}, graph.Shape{1, 4, 3}},
		"einsum_dense":       {&EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{2}}, graph.Shape{1, 3}},
		"additive_attention": {&AdditiveAttention{}, graph.Shape{1, 4, 3}},
	} {
		g := graph.New("test")
		call := func(s graph.Shape) *graph.Node {
			x := g.Input("", s)
			if strings.Contains(name, "head") || strings.Contains(name, "attention") {
				return Call(c.layer, x, x)
			}
			return Call(c.layer, x)
		}
		if n := call(c.first); n.Poisoned() {
			t.Fatal(n.Err())
		}
		bad := call(c.first.With(-1, 6))
		if bad.Err() == nil || !strings.Contains(bad.Err().Error(), "a shared layer takes inputs of one size") {
			t.Errorf("%s: got the error %v", name, bad.Err())
		}
	}
}

func TestLayerNamesInGraphs(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 3})
	a := Call(&Dense{Units: 1, Name: "mine"}, x)
	b := Call(&Dense{Units: 1, Name: "mine"}, x)
	if a.Layer() != "mine" || b.Err() == nil || !strings.Contains(b.Err().Error(), `the name "mine" is another layer's`) {
		t.Errorf("%q, %v", a.Layer(), b.Err())
	}
}

// A layer's own policy wins over the graph's, and integer inputs are left alone.
func TestPolicies(t *testing.T) {
	for _, c := range []struct {
		graph            string
		layer            graph.Dtype
		in               graph.Dtype
		weight, computed graph.Dtype
	}{
		{"", "", graph.Float32, graph.Float32, graph.Float32}, {"", "", graph.Float64, graph.Float32, graph.Float32},
		{"float64", "", graph.Float32, graph.Float64, graph.Float64}, {"float64", "float32", graph.Float32, graph.Float32, graph.Float32},
		{"mixed_bfloat16", "", graph.Float32, graph.Float32, graph.BFloat16}, {"mixed_float16", "", graph.Float32, graph.Float32, graph.Float16},
		{"", "mixed_float16", graph.Float64, graph.Float32, graph.Float16}, {"mixed_float16", "float16", graph.Float32, graph.Float16, graph.Float16},
	} {
		g := graph.New("test")
		g.SetDtypePolicy(c.graph)
		l := &Dense{Units: 2, Base: Base{Dtype: c.layer}}
		y := Call(l, g.Input("x", graph.Shape{1, 3}, c.in))
		e := &Embedding{InputDim: 2, OutputDim: 2, Base: Base{Dtype: c.layer}}
		z := Call(e, g.Input("i", graph.Shape{1, 3}, graph.Int32))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		for _, got := range []struct {
			what string
			d    graph.Dtype
			want graph.Dtype
		}{{"the kernel", l.Params()[0].Spec().Dtype, c.weight}, {"the output", y.Dtype(), c.computed}, {"the table", e.Params()[0].Spec().Dtype, c.weight}, {"the rows", z.Dtype(), c.computed}} {
			if got.d != got.want {
				t.Errorf("%+v: %s is %s, want %s", c, got.what, got.d, got.want)
			}
		}
	}
	layertest.Fails(t, &Dense{Units: 2, Base: Base{Dtype: "half"}}, `unknown dtype "half"`, graph.Shape{1, 3})
}

// A layer frozen when it is made has frozen weights from the first call on; its inner layers too.
func TestFrozenFromTheStart(t *testing.T) {
	for _, l := range []Layer{
		&Dense{Units: 2, Base: Base{Frozen: true}}, &TimeDistributed{Layer: &Dense{Units: 2}, Base: Base{Frozen: true}},
		&Bidirectional{Layer: &LSTM{Units: 2}, Base: Base{Frozen: true}}, &MultiHeadAttention{NumHeads: 1, KeyDim: 1, Base: Base{Frozen: true}},
	} {
		g := graph.New("test")
		x := g.Input("x", graph.Shape{1, 3, 4})
		in := graph.Nodes{x}
		if ClassName(l) == "MultiHeadAttention" {
			in = graph.Nodes{x, x}
		}
		if y := Call(l, in...); y.Poisoned() {
			t.Fatal(y.Err())
		}
		for _, trainable := range []bool{false, true, false} {
			l.SetTrainable(trainable)
			if n := len(l.Params()); n == 0 || l.Trainable() != trainable {
				t.Errorf("%s: %d weights, trainable %v", ClassName(l), n, l.Trainable())
			}
			for _, p := range l.Params() {
				if p.Trainable() != trainable {
					t.Errorf("%s: %s is trainable: %v, want %v", ClassName(l), p.Path(), p.Trainable(), trainable)
				}
			}
		}
	}
}

// Penalties reach the loss of the call: that on the output by the size of the batch, those on weights by the parameter.
func TestPenalties(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{graph.None, 2})
	l := &Dense{Units: 1, NoBias: true, KernelInitializer: "ones", KernelRegularizer: "l2", Base: Base{ActivityRegularizer: "l1"}}
	Call(l, x)
	Call(&ActivityRegularization{L1: 0.5, L2: 0.25}, x)
	Call(&user{func(c *Context, x *graph.Node) *graph.Node { c.AddLoss(x); return x }, Base{}}, x)
	var losses graph.Nodes
	for _, c := range g.Calls() {
		losses = append(losses, c.Losses...)
	}
	w := l.Params()[0]
	losses = append(losses, w.Regularizer()(g.Param(w)))
	for i, got := range evaluate(t, graph.Nodes{x}, losses, false, [][]float32{{1, -2}, {3, 4}}) {
		want := []float32{0.01 * (1 + 7) / 2, (0.5*10 + 0.25*30) / 2, 6, 0.02}[i]
		if !equal(got, []float32{want}) {
			t.Errorf("penalty %d is %v, want %v", i, got, want)
		}
	}
	if len(losses) != 4 {
		t.Errorf("got %d losses, want 4", len(losses))
	}
}

// user is a layer of one's own.
type user struct {
	f func(c *Context, x *graph.Node) *graph.Node
	Base
}

func (u *user) Call(c *Context, in ...*graph.Node) *graph.Node { return u.f(c, in[0]) }

// The gradient reaches every weight of a layer that is shared, once.
func TestGradientsOfSharedWeightsAdd(t *testing.T) {
	g := graph.New("test")
	x := g.Input("x", graph.Shape{1, 1})
	l := &Dense{Units: 1, NoBias: true, KernelInitializer: "ones"}
	y := ops.Sum(Call(l, Call(l, x))) // w²x
	d := autodiff.ParamGrads(y, l.Params())
	if err := l.Params()[0].SetValue([][]float32{{3}}); err != nil {
		t.Fatal(err)
	}
	if got := evaluate(t, graph.Nodes{x}, graph.Nodes{d[0]}, false, [][]float32{{5}})[0]; !equal(got, []float32{30}) {
		t.Errorf("the gradient is %v, want 2wx = 30", got)
	}
}
