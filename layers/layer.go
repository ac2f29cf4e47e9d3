package layers

import (
	"slices"
	"sync/atomic"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Part is what owns weights: a layer, or a cell inside one. Types that embed [Base] are parts.
type Part interface {
	// Params lists the weights in Keras's order: trainable, then non-trainable ones, then those of inner layers. It is
	// empty before the first call.
	Params() []*graph.Param
	// Trainable reports whether training changes the layer's weights.
	Trainable() bool
	// SetTrainable freezes or unfreezes the layer with its inner layers, from the next Compile on.
	SetTrainable(bool)

	base() *Base
}

// Layer maps nodes to a node and owns weights. Types that embed [Base] need only the method Call.
type Layer interface {
	Part
	// Call builds the layer's computation on in. Weights and state come from c.
	Call(c *Context, in ...*graph.Node) *graph.Node
}

// Sub is a part inside another one, with its name there.
type Sub struct {
	Name string
	Part Part
}

// MultiLayer is a layer with several outputs.
type MultiLayer interface {
	Layer
	// CallN is Call with all outputs.
	CallN(c *Context, in ...*graph.Node) graph.Nodes
	// NumOutputs is the number of outputs that CallN returns for the given arguments.
	NumOutputs(Args) int
}

// Args are the keyword arguments of a call.
type Args struct {
	Inputs       graph.Nodes // the positional inputs, when other arguments are named
	InitialState graph.Nodes // of a recurrent layer

	Mask                          *graph.Node // of the first input, instead of the one that travels with it
	Query, Value, Key             *graph.Node // of attention
	QueryMask, ValueMask, KeyMask *graph.Node
	AttentionMask                 *graph.Node
	UseCausalMask                 bool
	ReturnAttentionScores         bool
	Training                      *bool                  // nil: as the function is compiled
	Keywords                      map[string]*graph.Node // of layers of one's own
}

// Base holds what all layers share; every layer embeds it.
type Base struct {
	// Dtype is the layer's dtype policy: a float dtype in which it computes and keeps its weights, or "mixed_bfloat16",
	// "mixed_float16" (weights in float32), or "int8_from_float32", "int4/128_from_float32" for a quantized kernel. Empty: the graph's policy, float32 by default. Float inputs are cast to it.
	Dtype graph.Dtype
	// Frozen keeps the layer's weights out of training.
	Frozen bool `keras:"trainable,not"`
	// ActivityRegularizer is a penalty on the layer's outputs, added to the loss.
	ActivityRegularizer regularizers.Like `keras:"activity_regularizer,omitempty"`

	st *state
}

// state is what a layer keeps between calls.
type state struct {
	trainable, others []*graph.Param
	byName            map[string]*graph.Param
	subs              []Sub
	path              string
	seed              *graph.Param
	frozen            atomic.Bool    // read when a function is compiled
	lora              []*graph.Param // kernels that stay frozen beside their low-rank updates
	// rewrite, while it is set, replaces what the layer reads of its weights.
	rewrite func(p *graph.Param, n *graph.Node) *graph.Node
}

func (b *Base) base() *Base { return b }

// own returns the layer's state, made at first need.
func (b *Base) own() *state {
	if b.st == nil {
		b.st = &state{byName: map[string]*graph.Param{}}
		b.st.frozen.Store(b.Frozen)
	}
	return b.st
}

// Params lists the layer's weights in Keras's order.
func (b *Base) Params() []*graph.Param {
	if b.st == nil {
		return nil
	}
	out := append(append([]*graph.Param{}, b.st.trainable...), b.st.others...)
	seen := map[*graph.Param]bool{}
	for _, p := range out {
		seen[p] = true
	}
	for _, sub := range b.st.subs {
		for _, p := range sub.Part.Params() {
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// Trainable reports whether training changes the layer's weights.
func (b *Base) Trainable() bool { return !b.Frozen }

// SetTrainable freezes or unfreezes the layer with its inner layers. It takes effect at the next Compile.
func (b *Base) SetTrainable(trainable bool) {
	b.Frozen = !trainable
	s := b.own()
	s.frozen.Store(b.Frozen)
	for _, p := range s.trainable {
		p.SetFrozen(b.Frozen || slices.Contains(s.lora, p))
	}
	for _, sub := range s.subs {
		sub.Part.SetTrainable(trainable)
	}
}

// Subs lists the layers and cells inside a part, in the order of their first use.
func Subs(p Part) []Sub { return append([]Sub{}, p.base().own().subs...) }

// OwnParams lists the weights of a part without those inside it: trainable ones, then the others.
func OwnParams(p Part) []*graph.Param {
	s := p.base().own()
	return append(append([]*graph.Param{}, s.trainable...), s.others...)
}

// OwnSeed is the seed state of a part, nil if it has drawn nothing at random.
func OwnSeed(p Part) *graph.Param { return p.base().own().seed }

// Seeds lists the seed states of a part and of what is inside it. They are saved, but count as no weights.
func Seeds(p Part) []*graph.Param {
	if m, ok := p.(interface{ Seeds() []*graph.Param }); ok { // a model
		return m.Seeds()
	}
	s := p.base().own()
	var out []*graph.Param
	if s.seed != nil {
		out = append(out, s.seed)
	}
	for _, sub := range s.subs {
		out = append(out, Seeds(sub.Part)...)
	}
	return out
}

// registry holds the layer classes by Keras's names.
var registry = config.NewRegistry("layer", "keras.layers")

// register adds a layer class under its Go name.
func register(prototypes ...Layer) {
	for _, p := range prototypes {
		registry.Add(config.ClassName(p), p)
	}
}

// ClassName is Keras's class name of a layer or cell: "Conv2D".
func ClassName(l Part) string { return config.ClassName(l) }

// Names lists the class names of all layers.
func Names() []string { return registry.Names() }

// Map returns the arguments with every node replaced by what f answers for it.
func (a Args) Map(f func(*graph.Node) (*graph.Node, error)) (Args, error) {
	var failed error
	one := func(n *graph.Node) *graph.Node {
		if n == nil || failed != nil {
			return nil
		}
		m, err := f(n)
		failed = err
		return m
	}
	list := func(ns graph.Nodes) graph.Nodes {
		if ns == nil {
			return nil
		}
		out := make(graph.Nodes, len(ns))
		for i, n := range ns {
			out[i] = one(n)
		}
		return out
	}
	a.Inputs, a.InitialState = list(a.Inputs), list(a.InitialState)
	for _, p := range []**graph.Node{&a.Mask, &a.Query, &a.Value, &a.Key, &a.QueryMask, &a.ValueMask, &a.KeyMask, &a.AttentionMask} {
		*p = one(*p)
	}
	if a.Keywords != nil {
		mapped := map[string]*graph.Node{}
		for k, n := range a.Keywords {
			mapped[k] = one(n)
		}
		a.Keywords = mapped
	}
	return a, failed
}

// FileName is the name under which Keras's files hold a part of p: its attribute there, which most layers name as they name
// the part itself.
func FileName(p Part, sub Sub) string {
	if f, ok := p.(interface{ FileName(Sub) string }); ok {
		return f.FileName(sub)
	}
	return sub.Name
}
