package layers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// merge checks the inputs of a merging layer, broadcasts them and folds them with f. Inputs of lower rank get axes of
// size 1 after the batch, as in Keras.
func (c *Context) merge(in []*graph.Node, f func(a, b *graph.Node) *graph.Node) *graph.Node {
	in, bad := c.sameRank(in)
	if bad != nil {
		return bad
	}
	y := in[0]
	for _, x := range in[1:] {
		y = f(y, x)
	}
	c.mergeMasks()
	return y
}

// sameRank gives the inputs of a merging layer one rank.
func (c *Context) sameRank(in []*graph.Node) (out graph.Nodes, bad *graph.Node) {
	if len(in) == 0 {
		return nil, c.Errorf("got no inputs, want at least 1")
	}
	rank := 0
	for _, x := range in {
		rank = max(rank, x.Shape().Rank())
	}
	for _, x := range in {
		if !sameBatch(in[0], x) {
			return nil, c.Errorf("the inputs have %d and %d rows", in[0].Shape().Dim(0), x.Shape().Dim(0))
		}
		for x.Shape().Rank() < rank && x.Shape().Rank() > 0 {
			x = ops.ExpandDims(x, 1)
		}
		out = append(out, x)
	}
	return out, nil
}

// spreadMasks gives the masks of the inputs the shapes of the inputs, nil for inputs without one. Inputs whose rank was
// raised have none, as in Keras.
func (c *Context) spreadMasks(in graph.Nodes) (masks graph.Nodes, all bool) {
	masks, all = make(graph.Nodes, len(in)), true
	for i, x := range in {
		if m := c.Mask(i); m != nil && m.Shape().Rank() == x.Shape().Rank()-1 {
			masks[i] = ops.BroadcastLike(ops.ExpandDims(m, -1), x)
		}
		all = all && masks[i] != nil
	}
	return masks, all
}

// mergeExtremes folds the inputs with a function that has no neutral element: where one is masked, the other counts.
func (c *Context) mergeExtremes(in []*graph.Node, f func(a, b *graph.Node) *graph.Node) *graph.Node {
	in, bad := c.sameRank(in)
	if bad != nil {
		return bad
	}
	masks, _ := c.spreadMasks(in)
	y, kept := in[0], masks[0]
	for i, x := range in[1:] {
		m := masks[i+1]
		if m != nil {
			x = ops.Where(m, x, y)
		}
		if kept != nil {
			y = ops.Where(kept, y, x)
		}
		if m != nil && kept != nil {
			kept = ops.LogicalOr(kept, m)
		} else {
			kept = nil
		}
		y = f(y, x)
	}
	c.mergeMasks()
	return y
}

func sameBatch(a, b *graph.Node) bool {
	m, n := a.Shape().Dim(0), b.Shape().Dim(0)
	return m == n || m == graph.None || n == graph.None || m == 1 || n == 1
}

// mergeMasks keeps a step that any input keeps; without a mask on every input there is none, as in Keras.
func (c *Context) mergeMasks() {
	var mask *graph.Node
	for i := range c.in {
		m := c.Mask(i)
		if m == nil {
			return
		}
		if mask == nil {
			mask = m
		} else {
			mask = ops.LogicalOr(mask, m)
		}
	}
	c.SetMask(0, mask)
}

// Add sums its inputs, which broadcast. https://keras.io/api/layers/merging_layers/add
type Add struct {
	Name string
	Base
}

// Call: tensors of shapes that broadcast to their sum.
func (l *Add) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.merge(in, ops.Add[*graph.Node, *graph.Node])
}

// Subtract is the first of its two inputs minus the second. https://keras.io/api/layers/merging_layers/subtract
type Subtract struct {
	Name string
	Base
}

// Call: two tensors to their difference.
func (l *Subtract) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 2) {
		return nil
	}
	return c.merge(in, ops.Sub[*graph.Node, *graph.Node])
}

// Multiply multiplies its inputs elementwise; masked steps count as ones.
// https://keras.io/api/layers/merging_layers/multiply
type Multiply struct {
	Name string
	Base
}

// Call: tensors of shapes that broadcast to their product.
func (l *Multiply) Call(c *Context, in ...*graph.Node) *graph.Node {
	in, bad := c.sameRank(in)
	if bad != nil {
		return bad
	}
	masks, all := c.spreadMasks(in)
	var y, kept *graph.Node
	for i, x := range in {
		if masks[i] != nil {
			x = ops.Where(masks[i], x, 1)
		}
		if i == 0 {
			y, kept = x, masks[0]
			continue
		}
		y = ops.Mul(y, x)
		if all {
			kept = ops.LogicalOr(kept, masks[i])
		}
	}
	c.mergeMasks()
	if all {
		return ops.Where(kept, y, 0)
	}
	return y
}

// Average is the elementwise mean of its inputs. https://keras.io/api/layers/merging_layers/average
type Average struct {
	Name string
	Base
}

// Call: tensors of shapes that broadcast to their mean.
func (l *Average) Call(c *Context, in ...*graph.Node) *graph.Node {
	return ops.Div(c.merge(in, ops.Add[*graph.Node, *graph.Node]), float64(len(in)))
}

// Maximum is the elementwise maximum of its inputs. https://keras.io/api/layers/merging_layers/maximum
type Maximum struct {
	Name string
	Base
}

// Call: tensors of shapes that broadcast to their maximum.
func (l *Maximum) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.mergeExtremes(in, ops.Maximum[*graph.Node, *graph.Node])
}

// Minimum is the elementwise minimum of its inputs. https://keras.io/api/layers/merging_layers/minimum
type Minimum struct {
	Name string
	Base
}

// Call: tensors of shapes that broadcast to their minimum.
func (l *Minimum) Call(c *Context, in ...*graph.Node) *graph.Node {
	return c.mergeExtremes(in, ops.Minimum[*graph.Node, *graph.Node])
}

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

func init() {
	register(&Add{}, &Subtract{}, &Multiply{}, &Average{}, &Maximum{}, &Minimum{}, &Concatenate{}, &Dot{})
}
