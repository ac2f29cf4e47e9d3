package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Flatten joins all axes but the batch. x: (batch, a, b, ...) to (batch, a·b·...).
// https://keras.io/api/layers/reshaping_layers/flatten
type Flatten struct {
	DataFormat DataFormat `default:"channels_last"`
	Name       string
	Base
}

// Call: x (batch, ...) to (batch, features).
func (l *Flatten) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	r := x.Shape().Rank()
	switch {
	case r == 0:
		return c.Errorf("the input is a scalar, want (batch, ...)")
	case r == 1:
		return ops.ExpandDims(x, 1)
	case r == 2:
		return x
	}
	if l.DataFormat == ChannelsFirst {
		x = ops.Transpose(x, toLast(r)...)
	}
	return ops.MergeAxes(x, 1, r-1)
}

// Reshape gives each sample another shape. x: (batch, ...) to (batch, TargetShape...). One -1 stands for what is left.
// https://keras.io/api/layers/reshaping_layers/reshape
type Reshape struct {
	TargetShape []int
	Name        string
	Base
}

// Call: x (batch, ...) to (batch, TargetShape...).
func (l *Reshape) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	target := slices.Clone(l.TargetShape)
	for i, d := range target {
		if d == graph.None {
			target[i] = -1
		}
	}
	if want, got := product(target), graph.Prod(x.Shape()[min(1, x.Shape().Rank()):]...); want >= 0 && got >= 0 && want != got {
		return c.Errorf("a sample of shape %v has %d elements, TargetShape %v has %d", x.Shape()[1:], got, graph.Shape(target), want)
	}
	return ops.Reshape(x, append([]int{x.Shape().Dim(0)}, target...)...)
}

// product multiplies sizes; one -1 makes it negative.
func product(sizes []int) int {
	p := 1
	for _, d := range sizes {
		p *= d
	}
	return p
}

// Permute reorders the axes of each sample. Dims counts from 1: Dims {2, 1} swaps the first two axes after batch.
// https://keras.io/api/layers/reshaping_layers/permute
type Permute struct {
	Dims []int
	Name string
	Base
}

// Call: x (batch, ...) to the same axes in another order.
func (l *Permute) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if len(l.Dims) != in[0].Shape().Rank()-1 {
		return c.Errorf("Dims %v has %d axes, a sample of shape %v has %d", l.Dims, len(l.Dims), in[0].Shape(), in[0].Shape().Rank()-1)
	}
	return ops.Transpose(in[0], append([]int{0}, l.Dims...)...)
}

// RepeatVector repeats a vector N times. x: (batch, features) to (batch, N, features).
// https://keras.io/api/layers/reshaping_layers/repeat_vector
type RepeatVector struct {
	N    int
	Name string
	Base
}

// Call: x (batch, features) to (batch, N, features).
func (l *RepeatVector) Call(c *Context, in ...*graph.Node) *graph.Node {
	switch {
	case !c.want(in, 1):
		return nil
	case in[0].Shape().Rank() != 2:
		return c.Errorf("the input has the shape %v, want (batch, features)", in[0].Shape())
	case l.N < 1:
		return c.Errorf("N is %d, want at least 1", l.N)
	}
	return ops.Repeat(ops.ExpandDims(in[0], 1), l.N, 1)
}

// Identity returns its input. https://keras.io/api/layers/core_layers/identity
type Identity struct {
	Name string
	Base
}

// Call returns x.
func (l *Identity) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	c.PassMask()
	return in[0]
}

// Lambda makes a layer of a function of nodes. x: what the function takes to what it returns.
// https://keras.io/api/layers/core_layers/lambda
type Lambda struct {
	// Function is a func(*graph.Node) *graph.Node, or one that takes ...*graph.Node for several inputs. To save a model
	// that holds it, register it with saving.Register.
	Function any
	Name     string
	Base
}

// Call returns what the function makes of the inputs.
func (l *Lambda) Call(c *Context, in ...*graph.Node) *graph.Node {
	switch f := l.Function.(type) {
	case func(*graph.Node) *graph.Node:
		if !c.want(in, 1) {
			return nil
		}
		return f(in[0])
	case func(...*graph.Node) *graph.Node:
		return f(in...)
	}
	return c.Errorf("Function is a %T, want a func(*graph.Node) *graph.Node or a func(...*graph.Node) *graph.Node", l.Function)
}

// Masking masks the steps whose features all equal MaskValue: layers that understand masks skip them. x: (batch, steps,
// features), masked steps set to 0.
// https://keras.io/api/layers/core_layers/masking
type Masking struct {
	MaskValue float64
	Name      string
	Base
}

// Call: x (batch, steps, features) to the same shape, with a mask (batch, steps).
func (l *Masking) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	x := in[0]
	if x.Shape().Rank() < 2 {
		return c.Errorf("the input has the shape %v, want (batch, steps, features)", x.Shape())
	}
	keep := ops.NotEqual(x, l.MaskValue)
	c.SetMask(0, ops.Any(keep, -1))
	return ops.Mul(x, ops.Cast(ops.AnyKeepDims(keep, -1), x.Dtype()))
}

func init() {
	register(&Flatten{}, &Reshape{}, &Permute{}, &RepeatVector{}, &Identity{}, &Lambda{}, &Masking{})
}
