package layers

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Context is what a layer sees of the call it is in.
type Context struct {
	g                 *graph.Graph
	layer             Part
	path              string
	in                graph.Nodes
	args              Args
	masks             graph.Nodes // of the outputs, set by the layer
	byNode            map[*graph.Node]*graph.Param
	variable, compute graph.Dtype
	call              *graph.LayerCall
	bad               *graph.Node // the last mistake that the layer recorded
}

// Args are the keyword arguments of the call.
func (c *Context) Args() Args { return c.args }

// Graph is the graph in which the call builds.
func (c *Context) Graph() *graph.Graph { return c.g }

// Name is the layer's name in the graph.
func (c *Context) Name() string { return c.g.NameOf(c.layer) }

// Dtype is the dtype in which the layer computes.
func (c *Context) Dtype() graph.Dtype { return c.compute }

// Mask is the mask of input i (bool, true = keep): that of the call's arguments, else the one that travels with the input;
// nil for none.
func (c *Context) Mask(i int) *graph.Node {
	if i == 0 && c.args.Mask != nil {
		return c.args.Mask
	}
	if i < 0 || i >= len(c.in) {
		return nil
	}
	return graph.Mask(c.in[i])
}

// SetMask gives output i a mask to travel with, which may be nil.
func (c *Context) SetMask(i int, mask *graph.Node) {
	for len(c.masks) <= i {
		c.masks = append(c.masks, nil)
	}
	c.masks[i] = mask
}

// PassMask hands the mask of the first input on to the first output, as layers do that work on each step by itself.
func (c *Context) PassMask() { c.SetMask(0, c.Mask(0)) }

// Update records that a weight takes a new value when the function that holds this call has run. param is a node that
// Param returned. To do so in training only, pass ops.InTraining(new, old).
func (c *Context) Update(param, value *graph.Node) {
	p := c.byNode[param]
	if p == nil && param != nil {
		p = param.Param()
	}
	if p == nil {
		c.Errorf("an update of %v, which is no weight: pass the node that Param returned", param)
		return
	}
	if value != nil && !value.Poisoned() && value.Dtype() != p.Spec().Dtype {
		value = ops.Cast(value, p.Spec().Dtype)
	}
	c.g.Update(p, value)
}

// InTraining is train while a model trains and infer otherwise. A frozen layer infers, as Keras's BatchNormalization does.
func (c *Context) InTraining(train, infer *graph.Node) *graph.Node {
	return ops.InTrainingUnless(train, infer, &c.layer.base().own().frozen)
}

// AddLoss adds a scalar to the loss of every model that holds this call.
func (c *Context) AddLoss(loss *graph.Node) {
	if loss == nil {
		c.Errorf("AddLoss got a nil node")
		return
	}
	if loss.Poisoned() {
		return
	}
	if loss.Shape().Rank() != 0 {
		loss = ops.Sum(loss)
	}
	c.call.Losses = append(c.call.Losses, loss)
}

// Errorf records a mistake in the call and returns the node that stands for the missing result.
func (c *Context) Errorf(format string, args ...any) *graph.Node {
	return c.Fail(fmt.Errorf(format, args...))
}

// Fail records err as a mistake in the call.
func (c *Context) Fail(err error) *graph.Node {
	c.bad = c.g.Fail(ClassName(c.layer), err, c.in...)
	return c.bad
}

// Call calls an inner layer, whose weights become this layer's. The name is its name inside this layer.
func (c *Context) Call(name string, l Layer, in ...*graph.Node) *graph.Node {
	return first(c.CallN(name, l, Args{Inputs: in}))
}

// CallN is Call with keyword arguments and all outputs.
func (c *Context) CallN(name string, l Layer, a Args) graph.Nodes {
	c.Own(name, l)
	if a.Training == nil {
		a.Training = c.args.Training
	}
	return call(l, name, a)
}

// Own makes the weights of an inner layer or cell this layer's, without calling it.
func (c *Context) Own(name string, p Part) {
	s := c.layer.base().own()
	if p == nil || slices.ContainsFunc(s.subs, func(sub Sub) bool { return sub.Part == p }) {
		return
	}
	s.subs = append(s.subs, Sub{name, p})
	if c.layer.base().Frozen {
		p.SetTrainable(false)
	}
}

// Enter returns a context for building with the weights of an inner layer or cell, which become this layer's.
func (c *Context) Enter(name string, p Part) *Context {
	c.Own(name, p)
	sub := *c
	sub.layer, sub.path, sub.byNode = p, c.path+"/"+name, map[*graph.Node]*graph.Param{}
	if d := p.base().Dtype; d != "" {
		sub.variable, sub.compute = policy(d)
	}
	return &sub
}

// want checks the number of inputs of a call.
func (c *Context) want(in []*graph.Node, n int) bool {
	if len(in) != n {
		c.Errorf("got %d inputs, want %d", len(in), n)
		return false
	}
	return true
}

// policy is the dtype of the weights and that of the computation under a dtype policy.
func policy(d graph.Dtype) (variable, compute graph.Dtype) {
	switch d = sourceOf(d); d {
	case "":
		return graph.Float32, graph.Float32
	case "mixed_bfloat16":
		return graph.Float32, graph.BFloat16
	case "mixed_float16":
		return graph.Float32, graph.Float16
	}
	return d, d
}

func first(ns graph.Nodes) *graph.Node {
	if len(ns) == 0 {
		return nil
	}
	return ns[0]
}

// activation resolves a field that holds an activation; bad is the recorded mistake.
func (c *Context) activation(field string, like activations.Like) (f activations.Func, bad *graph.Node) {
	f, err := activations.Get(like)
	if err != nil {
		return nil, c.Fail(config.FieldError(c.layer, field, err))
	}
	return f, nil
}
