package layers

import (
	"reflect"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Bidirectional runs copies of a recurrent layer over sequences in both directions and merges what they return
// (Schuster & Paliwal, 1997). x: (batch, steps, features) to what the layer returns, twice as wide with MergeMode "concat".
// With MergeMode "none" (Keras's None) the outputs of both directions come one after the other; with ReturnState of the layer
// the states of the forward and of the backward layer follow. Args.InitialState holds those of both, forward first.
// Weights: those of the forward layer, then of the backward layer.
// https://keras.io/api/layers/recurrent_layers/bidirectional
type Bidirectional struct {
	Layer         Layer  // a recurrent layer with the fields of [RNN]; it is copied
	MergeMode     string `default:"concat" null:"none"` // "concat", "sum", "mul", "ave" or "none"
	BackwardLayer Layer  // runs backwards, with GoBackwards set; by default a copy of Layer
	Name          string
	Base
}

// Call is the first output of CallN.
func (l *Bidirectional) Call(c *Context, in ...*graph.Node) *graph.Node {
	return first(l.CallN(c, in...))
}

// CallN: x (batch, steps, features) to the outputs and, if the layer returns them, the states of both directions.
func (l *Bidirectional) CallN(c *Context, in ...*graph.Node) graph.Nodes {
	r := config.Resolve(l)
	fail := func(bad *graph.Node) graph.Nodes { return poisoned(l.NumOutputs(c.Args()), bad) }
	if len(in) == 0 {
		return fail(c.Errorf("there is no input: pass the sequences as first input or in Args.Inputs"))
	}
	forward, backward, bad := l.directions(c)
	if bad != nil {
		return fail(bad)
	}
	states := append(append(graph.Nodes{}, c.args.InitialState...), in[1:]...)
	if len(states)%2 != 0 {
		return fail(c.Errorf("got %d first states, want as many for the forward as for the backward layer", len(states)))
	}
	half := len(states) / 2
	run := func(d direction, states graph.Nodes) graph.Nodes {
		return c.CallN(d.name, d.layer, Args{Inputs: in[:1], InitialState: states, Mask: c.stepsMask(in)})
	}
	y, z := run(forward, states[:half]), run(backward, states[half:])
	if all := append(append(graph.Nodes{}, y...), z...); all.FirstErr() != nil {
		return fail(poisonedAmong(all))
	}
	sequences := flag(forward.layer, "ReturnSequences")
	if sequences {
		z[0] = ops.Flip(z[0], 1)
	}
	out, bad := merged(c, r.MergeMode, y[0], z[0])
	if bad != nil {
		return fail(bad)
	}
	for i := range out {
		if sequences {
			c.SetMask(i, c.Mask(0))
		}
	}
	return append(append(out, y[1:]...), z[1:]...)
}

// merged puts the outputs of both directions together.
func merged(c *Context, mode string, y, z *graph.Node) (out graph.Nodes, bad *graph.Node) {
	switch mode {
	case "none":
		return graph.Nodes{y, z}, nil
	case "concat":
		return graph.Nodes{ops.Concatenate(graph.Nodes{y, z}, -1)}, nil
	case "sum":
		return graph.Nodes{ops.Add(y, z)}, nil
	case "mul":
		return graph.Nodes{ops.Mul(y, z)}, nil
	case "ave":
		return graph.Nodes{ops.Div(ops.Add(y, z), 2.0)}, nil
	}
	return nil, c.Errorf(`MergeMode is %q, want "concat", "sum", "mul", "ave" or "none"`, mode)
}

// direction is one of the two layers with its name inside this one.
type direction struct {
	name  string
	layer Layer
}

// directions are the two layers that run, made at the first call.
func (l *Bidirectional) directions(c *Context) (forward, backward direction, bad *graph.Node) {
	if isNil(l.Layer) {
		return forward, backward, c.Errorf("Layer is not set")
	}
	if !hasFlag(l.Layer, "GoBackwards") || !hasFlag(l.Layer, "ReturnSequences") {
		return forward, backward, c.Errorf("Layer is a %s, which has no fields GoBackwards and ReturnSequences: want a recurrent layer such as LSTM", ClassName(l.Layer))
	}
	forward.name, backward.name = l.names()
	forward.layer = own(c, forward.name, func() Layer { return directed(Clone(l.Layer), forward.name) })
	backward.layer = own(c, backward.name, func() Layer {
		if !isNil(l.BackwardLayer) {
			return directed(l.BackwardLayer, "")
		}
		copied := Clone(l.Layer)
		setFlag(copied, "GoBackwards", true)
		return directed(copied, backward.name)
	})
	for _, name := range []string{"ReturnSequences", "ReturnState", "Stateful"} {
		if flag(forward.layer, name) != flag(backward.layer, name) {
			return forward, backward, c.Errorf("the forward and the backward layer differ in %s", name)
		}
	}
	if flag(forward.layer, "GoBackwards") == flag(backward.layer, "GoBackwards") {
		return forward, backward, c.Errorf("the forward and the backward layer go the same way: GoBackwards of one of them must be set")
	}
	return forward, backward, nil
}

// names are the names of both layers in the paths of weights.
func (l *Bidirectional) names() (forward, backward string) {
	name := partName(l.Layer)
	forward = "forward_" + strings.TrimPrefix(name, "forward_")
	if !isNil(l.BackwardLayer) && config.NameOf(l.BackwardLayer) != "" {
		return forward, config.NameOf(l.BackwardLayer)
	}
	return forward, "backward_" + strings.TrimPrefix(name, "backward_")
}

// directed sets what Keras sets on both layers: a name, and zeros for masked steps, which a reversed sequence needs.
func directed(l Layer, name string) Layer {
	if name != "" {
		config.SetName(l, name)
	}
	if hasFlag(l, "ZeroOutputForMask") {
		setFlag(l, "ZeroOutputForMask", flag(l, "ReturnSequences"))
	}
	return l
}

// NumOutputs counts the outputs of both directions, unless they are merged, and the states.
func (l *Bidirectional) NumOutputs(a Args) int {
	n := 1
	if !isNil(l.Layer) {
		n += 2 * (numOutputs(l.Layer, a) - 1)
	}
	if l.MergeMode == "none" {
		n++
	}
	return n
}

// FileName is the name of the forward or backward layer in Keras's files.
func (l *Bidirectional) FileName(sub Sub) string {
	if forward, _ := l.names(); sub.Name == forward {
		return "forward_layer"
	}
	return "backward_layer"
}

// flagOf is a bool field of a layer, invalid without one.
func flagOf(l Layer, name string) reflect.Value {
	v := reflect.ValueOf(l).Elem()
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	if f := v.FieldByName(name); f.Kind() == reflect.Bool {
		return f
	}
	return reflect.Value{}
}

func hasFlag(l Layer, name string) bool { return flagOf(l, name).IsValid() }

func flag(l Layer, name string) bool { f := flagOf(l, name); return f.IsValid() && f.Bool() }

func setFlag(l Layer, name string, v bool) { flagOf(l, name).SetBool(v) }

func poisonedAmong(ns graph.Nodes) *graph.Node {
	for _, n := range ns {
		if n.Poisoned() {
			return n
		}
	}
	return nil
}

func init() { register(&Bidirectional{}) }
