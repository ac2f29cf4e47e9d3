package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// structure are the functions that rearrange, join and cut tensors.
var structure = map[string]opFunc{
	"append":       one(func(c *call) *graph.Node { return ops.Append(c.node("x1"), c.node("x2"), c.Ints("axis")...) }),
	"broadcast_to": one(func(c *call) *graph.Node { return ops.BroadcastTo(c.node("x"), c.sizes("shape")...) }),
	"concatenate":  one(func(c *call) *graph.Node { return ops.Concatenate(c.nodes("xs"), c.Int("axis", 0)) }),
	"stack":        one(func(c *call) *graph.Node { return ops.Stack(c.nodes("x"), c.Int("axis", 0)) }),
	"hstack":       one(func(c *call) *graph.Node { return ops.HStack(c.nodes("xs")) }),
	"vstack":       one(func(c *call) *graph.Node { return ops.VStack(c.nodes("xs")) }),
	"dstack":       one(func(c *call) *graph.Node { return ops.DStack(c.nodes("xs")) }),
	"unstack": func(c *call) graph.Nodes {
		c.Int("num", 0) // how many parts there must be
		return ops.Unstack(c.node("x"), c.Int("axis", 0))
	},
	"split":  func(c *call) graph.Nodes { return c.split(c.Int("axis", 0)) },
	"vsplit": func(c *call) graph.Nodes { return c.split(0) },
	"dsplit": func(c *call) graph.Nodes { return c.split(2) },
	"hsplit": func(c *call) graph.Nodes {
		if c.node("x").Shape().Rank() == 1 {
			return c.split(0)
		}
		return c.split(1)
	},
	"array_split": func(c *call) graph.Nodes {
		return ops.ArraySplit(c.node("x"), c.Int("indices_or_sections", 1), c.Int("axis", 0))
	},
	"expand_dims": one(func(c *call) *graph.Node { return c.expand() }),
	"squeeze":     one(func(c *call) *graph.Node { return ops.Squeeze(c.node("x"), c.Ints("axis")...) }),
	"flip":        one(func(c *call) *graph.Node { return ops.Flip(c.node("x"), c.Ints("axis")...) }),
	"fliplr":      unary(ops.Fliplr),
	"flipud":      unary(ops.Flipud),
	"moveaxis": one(func(c *call) *graph.Node {
		return ops.MoveAxis(c.node("x"), c.Ints("source"), c.Ints("destination"))
	}),
	"swapaxes":  one(func(c *call) *graph.Node { return ops.SwapAxes(c.node("x"), c.Int("axis1", 0), c.Int("axis2", 0)) }),
	"transpose": one(func(c *call) *graph.Node { return ops.Transpose(c.node("x"), c.Ints("axes")...) }),
	"ravel":     unary(ops.Ravel),
	"rearrange": one(func(c *call) *graph.Node { return c.rearrange() }),
	"repeat":    one(func(c *call) *graph.Node { return ops.Repeat(c.node("x"), c.Int("repeats", 1), c.Ints("axis")...) }),
	"reshape": one(func(c *call) *graph.Node {
		return ops.Reshape(c.node("x"), c.sizes("newshape")...)
	}),
	"roll": one(func(c *call) *graph.Node { return ops.Roll(c.node("x"), c.Int("shift", 0), c.Ints("axis")...) }),
	"rot90": one(func(c *call) *graph.Node {
		axes := c.Ints("axes", 0, 1)
		return ops.Rot90(c.node("array"), c.Int("k", 1), axes[0], axes[1])
	}),
	"tile":     one(func(c *call) *graph.Node { return ops.Tile(c.node("x"), c.Ints("repeats")...) }),
	"tril":     one(func(c *call) *graph.Node { return ops.Tril(c.node("x"), c.Int("k", 0)) }),
	"triu":     one(func(c *call) *graph.Node { return ops.Triu(c.node("x"), c.Int("k", 0)) }),
	"diag":     one(func(c *call) *graph.Node { return ops.Diag(c.node("x"), c.Int("k", 0)) }),
	"diagflat": one(func(c *call) *graph.Node { return ops.Diagflat(c.node("x"), c.Int("k", 0)) }),
	"diagonal": one(func(c *call) *graph.Node { return onPlane(c, ops.Diagonal) }),
	"trace":    one(func(c *call) *graph.Node { return onPlane(c, ops.Trace) }),
	"diff":     one(func(c *call) *graph.Node { return ops.Diff(c.node("a"), c.Int("n", 1), c.Int("axis", -1)) }),
	"meshgrid": func(c *call) graph.Nodes { return ops.Meshgrid(c.nodes("x"), c.Str("indexing", "xy")) },
	"pad":      one(func(c *call) *graph.Node { return c.pad() }),
	"unfold":   one(func(c *call) *graph.Node { return ops.Unfold(c.node("x"), c.Ints("kernel_size"), c.fold()) }),
	"fold": one(func(c *call) *graph.Node {
		size := c.Ints("output_size")
		return ops.Fold(c.node("x"), [2]int{size[0], size[len(size)-1]}, c.Ints("kernel_size"), c.fold())
	}),
	"space_to_depth": one(func(c *call) *graph.Node {
		return ops.SpaceToDepth(c.node("x"), c.Int("block_size", 0), c.format())
	}),
	"depth_to_space": one(func(c *call) *graph.Node {
		return ops.DepthToSpace(c.node("x"), c.Int("block_size", 0), c.format())
	}),
	"extract_sequences": one(func(c *call) *graph.Node {
		return ops.ExtractSequences(c.node("x"), c.Int("sequence_length", 0), c.Int("sequence_stride", 0))
	}),
	"shape": one(func(c *call) *graph.Node { return c.unsupported("ops.shape as a tensor") }),
	"size":  unary(ops.Size),
	"ndim":  unary(func(x *graph.Node) *graph.Node { return x.Graph().Const(x.Shape().Rank()) }),
}

// split cuts x into equal sections, or before the places of a list.
func (c *call) split(axis int) graph.Nodes {
	x, v := c.node("x"), c.Get("indices_or_sections")
	if v.Kind() == cases.Int {
		return ops.Split(x, c.Int("indices_or_sections", 1), axis)
	}
	return ops.SplitAt(x, c.numbers("indices_or_sections"), axis)
}

// expand adds axes, which are counted in the result.
func (c *call) expand() *graph.Node {
	x, axes := c.node("x"), c.Ints("axis")
	rank := x.Shape().Rank() + len(axes)
	present := map[int]bool{}
	for _, a := range axes {
		if a < 0 {
			a += rank
		}
		present[a] = true
	}
	for i := range rank {
		if present[i] {
			x = ops.ExpandDims(x, i)
		}
	}
	return x
}

func (c *call) rearrange() *graph.Node {
	sizes := map[string]int{}
	lengths := c.Get("axes_lengths")
	for i, name := range lengths.Keys() {
		n, err := lengths.Items()[i].Int()
		if err != nil {
			c.fail(err)
		}
		sizes[name] = n
	}
	return ops.Rearrange(c.node("tensor"), c.Str("pattern", ""), sizes)
}

func onPlane(c *call, f func(x *graph.Node, offset, axis1, axis2 int) *graph.Node) *graph.Node {
	return f(c.node("x"), c.Int("offset", 0), c.Int("axis1", 0), c.Int("axis2", 1))
}

func (c *call) pad() *graph.Node {
	var width [][2]int
	v := c.Get("pad_width")
	for _, item := range v.Items() {
		w, err := item.Ints()
		if err != nil {
			return c.fail(err)
		}
		width = append(width, [2]int{w[0], w[len(w)-1]})
	}
	if !v.IsSequence() {
		n := c.Int("pad_width", 0)
		width = [][2]int{{n, n}}
	}
	mode := c.Str("mode", "constant")
	if mode != "constant" {
		return ops.PadMirror(c.node("x"), width, mode)
	}
	return ops.Pad(c.node("x"), width, c.Float("constant_values", 0))
}

func (c *call) fold() ops.FoldOptions {
	return ops.FoldOptions{Dilation: c.Ints("dilation"), Padding: c.Ints("padding"), Stride: c.Ints("stride")}
}
