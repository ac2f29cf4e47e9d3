package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Concatenate joins its inputs along an axis, the last one by default.
// https://keras.io/api/layers/merging_layers/concatenate
type Concatenate struct {
	Axis int `default:"-1"` // config.ZeroInt stands for axis 0
	Name string
	Base
}

// Call: tensors that differ along Axis only to one.
func (l *Concatenate) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if len(in) == 0 {
		return c.Errorf("got no inputs, want at least 1")
	}
	y := ops.Concatenate(in, l.Axis)
	if y.Poisoned() || !slices.ContainsFunc(in, func(n *graph.Node) bool { return graph.Mask(n) != nil }) {
		return y
	}
	c.SetMask(0, concatenatedMask(in, l.Axis))
	return y
}

// concatenatedMask joins the masks of the inputs, true for those without one, and keeps a step of which any input keeps a
// feature.
func concatenatedMask(in []*graph.Node, axis int) *graph.Node {
	masks := make(graph.Nodes, len(in))
	for i, x := range in {
		m := graph.Mask(x)
		if m == nil {
			masks[i] = ops.OnesLike(x, graph.Bool)
			continue
		}
		for m.Shape().Rank() < x.Shape().Rank() {
			m = ops.ExpandDims(m, -1)
		}
		masks[i] = ops.BroadcastLike(m, x)
	}
	return ops.Any(ops.Concatenate(masks, axis), -1)
}

// Dot is the dot product of samples of its two inputs along Axes. x (batch, n), y (batch, n) to (batch, 1); higher ranks as
// a batched tensordot.
// https://keras.io/api/layers/merging_layers/dot
type Dot struct {
	Axes      any // an int for both inputs, or two of them; counted with the batch axis, which is 0
	Normalize bool
	Name      string
	Base
}

// Call: two tensors to the contraction of each pair of samples.
func (l *Dot) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 2) {
		return nil
	}
	axes, err := intList(l.Axes)
	if err != nil || len(axes) == 0 || len(axes) > 2 {
		return c.Errorf("Axes is %v, want an int or two of them", l.Axes)
	}
	if len(axes) == 1 {
		axes = []int{axes[0], axes[0]}
	}
	x, y := in[0], in[1]
	axes = []int{positive(axes[0], x), positive(axes[1], y)}
	for i, n := range []*graph.Node{x, y} {
		if axes[i] < 1 || axes[i] >= n.Shape().Rank() {
			return c.Errorf("axis %d of input %d: want 1 to %d", axes[i], i, n.Shape().Rank()-1)
		}
	}
	if a, b := x.Shape()[axes[0]], y.Shape()[axes[1]]; a != b && a != graph.None && b != graph.None {
		return c.Errorf("the sizes %d and %d of the axes %v differ", a, b, axes)
	}
	if l.Normalize {
		x, y = unit(x, axes[0]), unit(y, axes[1])
	}
	return batchDot(x, y, axes[0], axes[1])
}

func positive(axis int, n *graph.Node) int {
	if axis < 0 {
		return axis + n.Shape().Rank()
	}
	return axis
}

// unit divides by the Euclidean norm along an axis, as keras.utils.normalize within an epsilon of 1e-12 of the square.
func unit(x *graph.Node, axis int) *graph.Node {
	return ops.Mul(x, ops.Rsqrt(ops.Maximum(ops.SumKeepDims(ops.Square(x), axis), 1e-12)))
}

// batchDot contracts axis a of x with axis b of y for each pair of samples.
func batchDot(x, y *graph.Node, a, b int) *graph.Node {
	const letters = "bcdefghijklmnopqrstuvwxy"
	next := 1
	term := func(n *graph.Node, axis int) string {
		s := "b"
		for i := 1; i < n.Shape().Rank(); i++ {
			if i == axis {
				s += "z"
			} else {
				s += letters[next : next+1]
				next++
			}
		}
		return s
	}
	xs, ys := term(x, a), term(y, b)
	out := "b"
	for _, r := range xs[1:] + ys[1:] {
		if r != 'z' {
			out += string(r)
		}
	}
	z := ops.Einsum(xs+","+ys+"->"+out, x, y)
	if !z.Poisoned() && z.Shape().Rank() == 1 {
		z = ops.ExpandDims(z, 1)
	}
	return z
}

func init() { register(&Concatenate{}, &Dot{}) }
