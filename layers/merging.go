package layers

import (
	"github.com/gorgonin/gorgonin/graph"
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

func init() { register(&Add{}, &Subtract{}, &Multiply{}, &Average{}, &Maximum{}, &Minimum{}) }
