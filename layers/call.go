package layers

import (
	"errors"
	"reflect"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Call calls a layer on nodes and returns its (first) output. Calling a layer again shares its weights. functional.Call is
// its name for users.
func Call(l Layer, in ...*graph.Node) *graph.Node { return first(CallArgs(l, Args{Inputs: in})) }

// CallN is Call with all outputs of the layer.
func CallN(l Layer, in ...*graph.Node) graph.Nodes { return CallArgs(l, Args{Inputs: in}) }

// CallArgs calls a layer with keyword arguments and returns all outputs.
func CallArgs(l Layer, a Args) graph.Nodes { return call(l, "", a) }

// call is what happens at every call: the inputs are checked and cast, the layer builds inside a named scope, its outputs
// get markers with their masks. name is the layer's name inside an outer layer, "" at the top of a graph.
func call(l Layer, name string, a Args) graph.Nodes {
	in := a.all()
	if isNil(l) {
		return poisoned(1, graph.FailCall("call", errors.New("the layer is nil"), in...))
	}
	n := numOutputs(l, a)
	if len(in) == 0 {
		return poisoned(n, graph.FailCall(ClassName(l), errors.New("the call has no inputs: pass at least one node"), in...))
	}
	for _, x := range in {
		if x == nil {
			return poisoned(n, graph.FailCall(ClassName(l), errors.New("an input is a nil node"), in...))
		}
		if x.Poisoned() {
			return poisoned(n, x)
		}
	}
	g := deepest(in)
	if name == "" {
		var err error
		want, base := nameOf(l)
		if name, err = g.LayerName(l, want, base); err != nil {
			return poisoned(n, g.Fail(ClassName(l), err))
		}
	}
	return build(g, l, name, n, a, in)
}

// build runs the layer between BeginCall and EndCall.
func build(g *graph.Graph, l Layer, name string, n int, a Args, in graph.Nodes) graph.Nodes {
	lc := g.BeginCall(l, name, in, a)
	if a.Training != nil {
		lc.Training = a.Training
	}
	c := newContext(g, l, lc, a)
	out := c.run(n)
	if l.base().ActivityRegularizer != nil {
		c.regularize(out)
	}
	return g.EndCall(lc, name, out, c.masks)
}

func newContext(g *graph.Graph, l Layer, lc *graph.LayerCall, a Args) *Context {
	s := l.base().own()
	if s.path == "" {
		s.path = lc.Path
	}
	d := l.base().Dtype
	if d == "" {
		d = graph.Dtype(g.DtypePolicy())
	}
	c := &Context{g: g, layer: l, path: s.path, byNode: map[*graph.Node]*graph.Param{}, call: lc}
	c.variable, c.compute = policy(d)
	lc.Seed = func() *graph.Param { return c.seed() }
	c.args = a.cast(c.compute, l)
	c.in = c.args.Inputs
	return c
}

// seed is the seed state of the layer, made at first need.
func (c *Context) seed() *graph.Param {
	s := c.layer.base().own()
	if s.seed == nil {
		key := hash(c.path)
		s.seed, _ = graph.MakeParam(graph.ParamConfig{
			Name: "seed_generator_state", Path: c.path + "/seed_generator/seed_generator_state",
			Spec: graph.Spec{Dtype: graph.Int64, Shape: graph.Shape{2}}, NonTrainable: true,
			Init: func(seed uint64) (any, error) { return graph.InitSeed(seed ^ key) },
		})
	}
	return s.seed
}

// dtypeNames are what the field Dtype of a layer may say.
var dtypeNames = []string{"float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16", "int32", "int64", "bool", "string"}

// run calls the layer's own method. A panic in it becomes a mistake of the layer.
func (c *Context) run(n int) (out graph.Nodes) {
	defer func() {
		if r := recover(); r != nil {
			out = poisoned(n, c.Fail(config.Panicked(r)))
		}
	}()
	if !c.compute.Valid() {
		return poisoned(n, c.Fail(config.FieldError(c.layer, "Dtype", config.Unknown("dtype", string(c.compute), dtypeNames))))
	}
	switch l := c.layer.(type) {
	case MultiLayer:
		out = l.CallN(c, c.in...)
	case Layer:
		out = graph.Nodes{l.Call(c, c.in...)}
	}
	if len(out) != n {
		bad := c.Errorf("it returned %d outputs, NumOutputs says %d", len(out), n)
		return poisoned(n, bad)
	}
	for i, y := range out {
		switch {
		case y == nil && c.bad != nil: // what it said is enough
			out[i] = c.bad
		case y != nil && !y.Poisoned() && y.Graph().Root() != c.g.Root():
			out[i] = c.Errorf("output %d (%s) is a node of graph %q, the inputs are of %q", i, y.Name(), y.Graph().Root().Name(), c.g.Root().Name())
		}
	}
	return out
}

// regularize adds the activity penalty of every float output, for each sample.
func (c *Context) regularize(out graph.Nodes) {
	r, err := regularizers.Get(c.layer.base().ActivityRegularizer)
	if err != nil {
		c.Fail(config.FieldError(c.layer, "ActivityRegularizer", err))
		return
	}
	for _, n := range out {
		if r != nil && n != nil && !n.Poisoned() && n.Dtype().IsFloat() {
			c.AddLoss(perSample(r.Call(n), n))
		}
	}
}

// perSample divides a penalty on x by the size of its batch axis, so that it weighs the same at any batch size.
func perSample(penalty, x *graph.Node) *graph.Node {
	if x.Shape().Rank() == 0 {
		return penalty
	}
	return ops.Div(penalty, ops.SizeOf(x, penalty.Dtype(), 0))
}

// all lists the nodes among the arguments: the first is the one whose mask the layer sees.
func (a Args) all() graph.Nodes {
	out := append(graph.Nodes{}, a.Inputs...)
	for _, n := range []*graph.Node{a.Query, a.Value, a.Key, a.Mask, a.QueryMask, a.ValueMask, a.KeyMask, a.AttentionMask} {
		if n != nil {
			out = append(out, n)
		}
	}
	out = append(out, a.InitialState...)
	for _, n := range a.Keywords {
		out = append(out, n)
	}
	return out
}

// DtypeKeeper is a layer that takes float inputs as they come.
type DtypeKeeper interface{ KeepInputDtype() }

// cast casts the float inputs to the dtype in which the layer computes. The mask of an input stays with its cast.
func (a Args) cast(d graph.Dtype, l Layer) Args {
	if _, ok := l.(DtypeKeeper); ok {
		return a
	}
	one := func(n *graph.Node) *graph.Node {
		if n == nil || !n.Dtype().IsFloat() || n.Dtype() == d || !d.IsFloat() {
			return n
		}
		return graph.WithMask(ops.Cast(n, d), graph.Mask(n))
	}
	list := func(ns graph.Nodes) graph.Nodes {
		out := make(graph.Nodes, len(ns))
		for i, n := range ns {
			out[i] = one(n)
		}
		return out
	}
	a.Inputs, a.InitialState = list(a.Inputs), list(a.InitialState)
	a.Query, a.Value, a.Key = one(a.Query), one(a.Value), one(a.Key)
	return a
}

func numOutputs(l Layer, a Args) int {
	if m, ok := l.(MultiLayer); ok {
		return m.NumOutputs(a)
	}
	return 1
}

// nameOf is the name that a layer has of its own, and the one from which others are made.
func nameOf(l Layer) (want, base string) {
	if n, ok := l.(interface{ LayerName() (want, base string) }); ok {
		return n.LayerName()
	}
	return config.NameOf(l), config.Snake(ClassName(l))
}

// poisoned returns as many nodes as a good call would.
func poisoned(n int, bad *graph.Node) graph.Nodes {
	out := make(graph.Nodes, n)
	for i := range out {
		out[i] = bad
	}
	return out
}

func deepest(in graph.Nodes) *graph.Graph {
	g := in[0].Graph()
	for _, n := range in[1:] {
		if n.Graph().Depth() > g.Depth() {
			g = n.Graph()
		}
	}
	return g
}

func isNil(l Layer) bool {
	if l == nil {
		return true
	}
	v := reflect.ValueOf(l)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
