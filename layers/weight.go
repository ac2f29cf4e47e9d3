package layers

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/regularizers"
)

// Weight describes a weight that a layer asks its [Context] for.
type Weight struct {
	Shape        graph.Shape
	Initializer  initializers.Like // default glorot_uniform, zeros for a bias
	Regularizer  regularizers.Like
	Constraint   constraints.Like
	NonTrainable bool        // changed by updates only, like a moving average
	Dtype        graph.Dtype // default the layer's
}

// Param returns the layer's weight of the given name, made at the first call. A trainable weight is read as it is; a
// non-trainable one as the calls before left it. Float weights are cast to the dtype in which the layer computes.
func (c *Context) Param(name string, w Weight) *graph.Node {
	p, err := c.param(name, w)
	if err != nil {
		return c.Fail(fmt.Errorf("weight %s: %w", name, err))
	}
	var n *graph.Node
	if p.NonTrainable() {
		n = c.g.ReadState(p)
	} else {
		n = c.g.Param(p)
	}
	if f := c.layer.base().own().rewrite; f != nil {
		n = f(p, n)
	}
	c.byNode[n] = p
	if w.Dtype == "" && n.Dtype().IsFloat() && !p.NonTrainable() {
		cast := ops.Cast(n, c.compute)
		c.byNode[cast] = p
		return cast
	}
	return n
}

// param finds or makes the parameter.
func (c *Context) param(name string, w Weight) (*graph.Param, error) {
	s := c.layer.base().own()
	d := w.Dtype
	if d == "" {
		d = c.variable
	}
	if p := s.byName[name]; p != nil {
		if !p.Spec().Shape.Equal(w.Shape) {
			return nil, fmt.Errorf("it has the shape %v from an earlier call, this one needs %v: a shared layer takes inputs of one size", p.Spec().Shape, w.Shape)
		}
		return p, nil
	}
	p, err := c.makeParam(name, d, w)
	if err != nil {
		return nil, err
	}
	s.byName[name] = p
	if w.NonTrainable {
		s.others = append(s.others, p)
	} else {
		p.SetFrozen(c.layer.base().Frozen)
		s.trainable = append(s.trainable, p)
	}
	return p, nil
}

func (c *Context) makeParam(name string, d graph.Dtype, w Weight) (*graph.Param, error) {
	like := w.Initializer
	if like == nil {
		like = "glorot_uniform"
		if name == "bias" {
			like = "zeros"
		}
	}
	init, err := initializers.Get(like)
	if err != nil {
		return nil, err
	}
	reg, err := regularizers.Get(w.Regularizer)
	if err != nil {
		return nil, err
	}
	con, err := constraints.Get(w.Constraint)
	if err != nil {
		return nil, err
	}
	pc := graph.ParamConfig{
		Name: name, Path: c.path + "/" + name, Spec: graph.Spec{Dtype: d, Shape: w.Shape.Clone()}, NonTrainable: w.NonTrainable,
	}
	key := hash(c.g.Root().Name() + "/" + pc.Path)
	pc.Init = func(seed uint64) (any, error) {
		return initializers.Draw(init, pc.Spec.Shape, rand.New(rand.NewPCG(seed, key)))
	}
	if reg != nil {
		pc.Regularizer = reg.Call
	}
	if con != nil {
		pc.Constraint = con.Call
	}
	return graph.MakeParam(pc)
}

// hash gives each weight a stream of random numbers of its own, the same in every run.
func hash(path string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(path))
	return h.Sum64()
}
