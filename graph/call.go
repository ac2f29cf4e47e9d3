package graph

import "fmt"

// LayerCall is one call of a layer: Keras's "node". Random operations outside of layers make calls without a layer.
type LayerCall struct {
	Layer   any    // the layer, nil for an anonymous call
	Path    string // "encoder/dense"
	Inputs  Nodes
	Args    any   // the call's keyword arguments, as package layers keeps them
	Outputs Nodes // the markers
	Updates []Update
	Losses  Nodes      // scalars to be added to the loss
	Parent  *LayerCall // the call inside which this one was made, nil at the top
	// Training is the mode that the call asked for, nil for that of the function it is compiled into. Inner calls
	// inherit it.
	Training *bool
	// Seed returns the parameter that the call's random operations read and advance.
	Seed func() *Param

	index int // position in the graph: the order in which updates compose
}

// Index is the position of the call among the calls of its graph: updates compose in this order.
func (c *LayerCall) Index() int { return c.index }

// LayerOut marks output I of a call. Its inputs are the value and, if there is one, the mask (bool, true = keep). It is
// an identity that keeps apart equal values of two layers.
type LayerOut struct {
	Call *LayerCall
	I    int
}

// Name is "layer_out".
func (LayerOut) Name() string { return "layer_out" }

// Infer returns the spec of the value.
func (LayerOut) Infer(in []Spec) (Spec, error) {
	if len(in) == 2 && in[1].Dtype != Bool {
		return Spec{}, fmt.Errorf("the mask is %v, want bool", in[1])
	}
	return in[0], nil
}

// VJP passes the cotangent to the value.
func (LayerOut) VJP(_, dy *Node) []*Node { return []*Node{dy, nil} }

// IsTransparent marks the op as an identity.
func (LayerOut) IsTransparent() {}

// Mask is the mask that travels with a node, nil for none. Operations between layers drop it, as in Keras.
func Mask(n *Node) *Node {
	if n == nil || n.err != nil {
		return nil
	}
	switch n.op.(type) {
	case LayerOut, MaskedOp:
		if len(n.in) == 2 {
			return n.in[1]
		}
	case NamedOp:
		return Mask(n.in[0])
	}
	return nil
}

// BeginCall starts a call: nodes made until EndCall belong to it. Name is the last part of its path.
func (g *Graph) BeginCall(layer any, name string, inputs Nodes, args any) *LayerCall {
	r := g.Root()
	if name != "" {
		r.scope = append(r.scope, name)
	}
	c := &LayerCall{Layer: layer, Path: r.path(), Inputs: inputs, Args: args, Parent: r.current(), index: len(r.calls)}
	if c.Parent != nil {
		c.Training, c.Seed = c.Parent.Training, c.Parent.Seed
	}
	r.calls = append(r.calls, c)
	r.stack = append(r.stack, c)
	return c
}

// EndCall ends the innermost call and returns the markers of its outputs. masks is nil or has one entry per output,
// which may be nil.
func (g *Graph) EndCall(c *LayerCall, name string, outputs, masks Nodes) Nodes {
	r := g.Root()
	pos := here()
	c.Outputs = make(Nodes, len(outputs))
	for i, n := range outputs {
		in := []*Node{n}
		if i < len(masks) && masks[i] != nil {
			in = append(in, masks[i])
		}
		switch {
		case n == nil:
			c.Outputs[i] = g.fail("call", fmt.Errorf("output %d of %d is a nil node", i, len(outputs)), nil, pos)
		case n.err != nil:
			c.Outputs[i] = n
		default:
			at := n.g
			if len(in) == 2 && in[1].g.depth > at.depth {
				at = in[1].g
			}
			c.Outputs[i] = at.apply(LayerOut{c, i}, in, pos)
		}
	}
	r.stack = r.stack[:len(r.stack)-1]
	if name != "" {
		r.scope = r.scope[:len(r.scope)-1]
	}
	return c.Outputs
}

// current is the innermost call being built. g is a root.
func (g *Graph) current() *LayerCall {
	if len(g.stack) == 0 {
		return nil
	}
	return g.stack[len(g.stack)-1]
}

// CurrentCall is the layer call being built, nil outside of calls.
func (g *Graph) CurrentCall() *LayerCall { return g.Root().current() }

// Calls lists the calls made in the graph so far, in order, those without a layer included.
func (g *Graph) Calls() []*LayerCall { return append([]*LayerCall{}, g.Root().calls...) }

// Stateful runs f, which reads and advances state, inside the current call, or inside an anonymous one that ties the
// state's update to the result.
func (g *Graph) Stateful(f func() *Node) *Node {
	if g.CurrentCall() != nil {
		return f()
	}
	c := g.BeginCall(nil, "", nil, nil)
	return g.EndCall(c, "", Nodes{f()}, nil)[0]
}

// SeedParam is the seed state that random operations read where the building stands: that of the current call's layer, else
// the graph's own. It holds a key and a counter, int64 (2).
func (g *Graph) SeedParam() *Param {
	r := g.Root()
	if c := r.current(); c != nil && c.Seed != nil {
		return c.Seed()
	}
	if r.seeds == nil {
		r.seeds, _ = MakeParam(ParamConfig{
			Name: "seed_generator_state", Path: "seed_generator/seed_generator_state",
			Spec: Spec{Int64, Shape{2}}, NonTrainable: true, Init: InitSeed,
		})
	}
	return r.seeds
}

// InitSeed is the first value of a seed state: the seed, folded to the 32 bits that Keras's files hold, as key; the counter
// 0.
func InitSeed(seed uint64) (any, error) { return []int64{int64(uint32(seed ^ seed>>32)), 0}, nil }

// LayerName returns the unique name of a layer in the graph, giving it at the first call: want if the layer has a name of
// its own, else base, base_1, base_2 ... It is an error if want is another layer's name.
func (g *Graph) LayerName(layer any, want, base string) (string, error) {
	r := g.Root()
	if name, ok := r.layers[layer]; ok {
		return name, nil
	}
	name := want
	if name == "" {
		for name = base; r.taken["layer "+name] > 0; {
			r.taken["base "+base]++
			name = fmt.Sprintf("%s_%d", base, r.taken["base "+base])
		}
	} else if r.taken["layer "+name] > 0 {
		return "", fmt.Errorf("the name %q is another layer's in graph %q: layers need names of their own", want, r.name)
	}
	r.taken["layer "+name]++
	r.layers[layer] = name
	return name, nil
}

// NameOf is the name that LayerName gave a layer, "" for none.
func (g *Graph) NameOf(layer any) string { return g.Root().layers[layer] }

// MaskedOp attaches a mask to a value outside of layer calls.
type MaskedOp struct{}

// Name is "masked".
func (MaskedOp) Name() string { return "masked" }

// Infer returns the spec of the value.
func (MaskedOp) Infer(in []Spec) (Spec, error) { return LayerOut{}.Infer(in) }

// VJP passes the cotangent to the value.
func (MaskedOp) VJP(_, dy *Node) []*Node { return []*Node{dy, nil} }

// IsTransparent marks the op as an identity.
func (MaskedOp) IsTransparent() {}

// WithMask returns n with a mask (bool, true = keep) that travels with it to the next layer; n itself for a nil mask.
func WithMask(n, mask *Node) *Node {
	if mask == nil {
		return n
	}
	return Apply(MaskedOp{}, n, mask)
}
