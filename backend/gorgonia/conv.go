package gorgonia

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	for name, f := range map[string]formula{
		"conv": func(n *graph.Node, in []*G.Node) (*G.Node, error) {
			return grouped(n.Op().(ops.ConvOp), in[0], in[1])
		},
		"conv_dx": func(n *graph.Node, in []*G.Node) (*G.Node, error) {
			return pull(in[0], operand(in[0], n.Shape()), func(x *G.Node) (*G.Node, error) { return grouped(n.Op().(ops.ConvOp), x, in[1]) })
		},
		"conv_dw": func(n *graph.Node, in []*G.Node) (*G.Node, error) {
			return pull(in[1], operand(in[1], n.Shape()), func(k *G.Node) (*G.Node, error) { return grouped(n.Op().(ops.ConvOp), in[0], k) })
		},
	} {
		register(name, f)
		limit(name, func(op graph.Op, _, _ []graph.Spec) error {
			return plane(op.(ops.ConvOp).Window, op)
		})
	}
	register("max_pool", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		o := n.Op().(ops.PoolOp)
		return maxPool(planeOf(o.Window), o.Size.Slice(), in[0])
	})
	register("max_pool_dx", func(n *graph.Node, in []*G.Node) (*G.Node, error) {
		o := n.Op().(ops.PoolOp)
		return pull(in[0], in[1], func(x *G.Node) (*G.Node, error) { return maxPool(planeOf(o.Window), o.Size.Slice(), x) })
	})
	for _, name := range []string{"max_pool", "max_pool_dx"} {
		limit(name, func(op graph.Op, _, _ []graph.Spec) error { return plane(op.(ops.PoolOp).Window, op) })
	}
}

// limit adds a check to a lowering.
func limit(name string, supports func(op graph.Op, in, out []graph.Spec) error) {
	l := table[name]
	l.supports = supports
	table[name] = l
}

// plane refuses windows over another number of axes than Gorgonia's.
func plane(w ops.Window, op graph.Op) error {
	if axes := len(w.Strides.Slice()); axes > 2 {
		return fmt.Errorf("Gorgonia does %s over 1 or 2 spatial axes, not over %d: use the native backend", op.Name(), axes)
	}
	return nil
}

// window is an ops.Window over two spatial axes.
type window struct{ strides, dilation, lo, hi []int }

// planeOf spreads a window over two axes: a single one becomes the second.
func planeOf(w ops.Window) window {
	p := window{w.Strides.Slice(), w.Dilation.Slice(), w.PadLo.Slice(), w.PadHi.Slice()}
	if len(p.strides) == 1 {
		p.strides, p.dilation = append([]int{1}, p.strides...), append([]int{1}, p.dilation...)
		p.lo, p.hi = append([]int{0}, p.lo...), append([]int{0}, p.hi...)
	}
	return p
}

// operand is what stands for an operand of which only the shape is known, beside another node: zeros, since a derivative of what is
// linear in it does not depend on it.
func operand(x *G.Node, s graph.Shape) *G.Node {
	return G.NewTensor(x.Graph(), x.Dtype(), len(s), G.WithShape(s...), G.WithName("operand"), G.WithInit(G.Zeroes()))
}

// pull is Gorgonia's own derivative of f at x, applied to the cotangent dy.
func pull(dy, x *G.Node, f func(x *G.Node) (*G.Node, error)) (*G.Node, error) {
	y, err := f(x)
	if err != nil {
		return nil, err
	}
	dx, err := G.Backpropagate(G.Nodes{y}, G.Nodes{dy}, G.Nodes{x})
	if err != nil {
		return nil, err
	}
	if len(dx) != 1 {
		return nil, errors.Errorf("Gorgonia made %d gradients, want one", len(dx))
	}
	return dx[0], nil
}

// grouped is the convolution of an operation: group by group, which Gorgonia has not.
func grouped(o ops.ConvOp, x, kernel *G.Node) (*G.Node, error) {
	w, last := planeOf(o.Window), x.Dims()-1
	if o.Groups == 1 {
		return convolve(w, x, kernel)
	}
	channels, filters := x.Shape()[last]/o.Groups, kernel.Shape()[last]/o.Groups
	var parts []*G.Node
	for i := range o.Groups {
		xi, err := cut(x, last, i*channels, (i+1)*channels)
		if err != nil {
			return nil, err
		}
		ki, err := cut(kernel, last, i*filters, (i+1)*filters)
		if err != nil {
			return nil, err
		}
		y, err := convolve(w, xi, ki)
		if err != nil {
			return nil, err
		}
		parts = append(parts, y)
	}
	return concat(last, parts...)
}

// convolve is the convolution of x (batch, spatial..., channels) with a kernel (spatial..., channels, filters). Gorgonia's has the
// channels before the spatial axes.
func convolve(w window, x, kernel *G.Node) (*G.Node, error) {
	s := x.Shape().Clone()
	var err error
	if x, err = channelsFirst(x); err != nil {
		return nil, err
	}
	k := kernel.Shape()
	if len(k) == 3 {
		if kernel, err = reshape(kernel, append(tensor.Shape{1}, k...)); err != nil {
			return nil, err
		}
		k = kernel.Shape()
	}
	if kernel, err = transpose(kernel, 3, 2, 0, 1); err != nil {
		return nil, err
	}
	x, pad, err := w.pad(x, 0)
	if err != nil {
		return nil, err
	}
	y, err := G.Conv2d(x, kernel, tensor.Shape{k[0], k[1]}, pad, w.strides, w.dilation)
	if err != nil {
		return nil, err
	}
	return channelsLast(y, len(s))
}

// maxPool is the maximum of each window of x (batch, spatial..., channels).
func maxPool(w window, size []int, x *G.Node) (*G.Node, error) {
	rank := x.Dims()
	x, err := channelsFirst(x)
	if err != nil {
		return nil, err
	}
	if len(size) == 1 {
		size = append([]int{1}, size...)
	}
	x, pad, err := w.pad(x, math.Inf(-1))
	if err != nil {
		return nil, err
	}
	y, err := G.MaxPool2D(x, tensor.Shape(size), pad, w.strides)
	if err != nil {
		return nil, err
	}
	return channelsLast(y, rank)
}

// pad puts around x what Gorgonia's padding, which is the same on both sides, does not. Rows behind that no window reaches stay.
func (w window) pad(x *G.Node, value float64) (*G.Node, []int, error) {
	same := []int{w.lo[0], w.lo[1]}
	for i := range same {
		lo, hi := w.lo[i], max(w.hi[i], 0)
		if lo == hi {
			continue
		}
		same[i] = 0
		var err error
		if x, err = padded(x, i+2, lo, hi, number(x, value)); err != nil {
			return nil, nil, err
		}
	}
	return x, same, nil
}

// channelsFirst moves the channels in front of two spatial axes, the first of which it adds if there is only one.
func channelsFirst(x *G.Node) (*G.Node, error) {
	if s := x.Shape(); len(s) == 3 {
		var err error
		if x, err = reshape(x, tensor.Shape{s[0], 1, s[1], s[2]}); err != nil {
			return nil, err
		}
	}
	return transpose(x, 0, 3, 1, 2)
}

// channelsLast undoes channelsFirst for a tensor of the given rank.
func channelsLast(y *G.Node, rank int) (*G.Node, error) {
	y, err := transpose(y, 0, 2, 3, 1)
	if err != nil || rank == 4 {
		return y, err
	}
	return reshape(y, slices.Delete(y.Shape().Clone(), 1, 2))
}
