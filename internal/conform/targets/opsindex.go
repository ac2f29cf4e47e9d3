package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// ordering are the functions that sort and search.
var ordering = map[string]opFunc{
	"sort":    one(func(c *call) *graph.Node { return sorted(c, ops.Sort) }),
	"argsort": one(func(c *call) *graph.Node { return sorted(c, ops.Argsort) }),
	"argpartition": one(func(c *call) *graph.Node {
		return sorted(c, func(x *graph.Node, axis ...int) *graph.Node { return ops.Argpartition(x, c.Int("kth", 0), axis...) })
	}),
	"top_k": func(c *call) graph.Nodes {
		c.Bool("sorted", true)
		v, i := ops.TopK(c.node("x"), c.Int("k", 1))
		return graph.Nodes{v, i}
	},
	"in_top_k": one(func(c *call) *graph.Node { return ops.InTopK(c.node("targets"), c.node("predictions"), c.Int("k", 1)) }),
	"searchsorted": one(func(c *call) *graph.Node {
		return ops.SearchSorted(c.node("sorted_sequence"), c.node("values"), c.Str("side", "left"))
	}),
	"digitize": one(func(c *call) *graph.Node { return ops.Digitize(c.node("x"), c.node("bins")) }),
}

// sorted applies f along the axis; an axis that is None means all elements in a row.
func sorted(c *call, f func(x *graph.Node, axis ...int) *graph.Node) *graph.Node {
	x, axis := c.node("x"), c.Get("axis")
	if axis != nil && axis.IsNull() {
		return f(ops.Ravel(x), -1)
	}
	return f(x, c.Int("axis", -1))
}

// indexing are the functions that take elements by place or put them there.
var indexing = map[string]opFunc{
	"take":            one(func(c *call) *graph.Node { return ops.Take(c.node("x"), c.node("indices"), c.Ints("axis")...) }),
	"take_along_axis": one(func(c *call) *graph.Node { return ops.TakeAlongAxis(c.node("x"), c.node("indices"), c.Ints("axis")...) }),
	"get_item":        one(func(c *call) *graph.Node { return c.item(c.node("x"), c.Get("key")) }),
	"slice": one(func(c *call) *graph.Node {
		if k := c.Get("shape").Kind(); k == cases.DtypeOf || k == cases.Spec {
			return c.unsupported("slice of a shape that the graph computes")
		}
		if c.Get("start_indices").IsSequence() {
			return ops.Slice(c.node("inputs"), c.Ints("start_indices"), c.sizes("shape"))
		}
		return ops.DynamicSlice(c.node("inputs"), c.node("start_indices"), c.sizes("shape"))
	}),
	"slice_update": one(func(c *call) *graph.Node {
		if c.Get("start_indices").IsSequence() {
			return ops.SliceUpdate(c.node("inputs"), c.Ints("start_indices"), c.node("updates"))
		}
		return ops.DynamicSliceUpdate(c.node("inputs"), c.node("start_indices"), c.node("updates"))
	}),
	"scatter": one(func(c *call) *graph.Node {
		return ops.Scatter(c.node("indices"), c.node("values"), c.sizes("shape")...)
	}),
	"scatter_update": one(func(c *call) *graph.Node {
		return ops.ScatterUpdate(c.node("inputs"), c.node("indices"), c.node("updates"), c.Str("reduction", ""))
	}),
	"unravel_index": func(c *call) graph.Nodes { return ops.UnravelIndex(c.node("indices"), c.Ints("shape")...) },
	"one_hot": one(func(c *call) *graph.Node {
		c.alone("sparse", isFalse)
		return ops.OneHot(c.node("x"), c.Int("num_classes", 0), c.hot())
	}),
	"multi_hot": one(func(c *call) *graph.Node {
		c.alone("sparse", isFalse)
		return ops.MultiHot(c.node("inputs"), c.Int("num_classes", 0), c.hot())
	}),
}

func (c *call) hot() ops.OneHotOptions {
	axis := c.Int("axis", -1)
	return ops.OneHotOptions{Axis: &axis, Dtype: graph.Dtype(c.Str("dtype", ""))}
}

// item is x[key].
func (c *call) item(x *graph.Node, key *cases.Value) *graph.Node {
	keys := []*cases.Value{key}
	if key.IsSequence() {
		keys = key.Items()
	}
	axis := 0
	for i, k := range keys {
		switch k.Kind() {
		case cases.Ellipsis:
			axis = x.Shape().Rank()
			for _, later := range keys[i+1:] {
				if !later.IsNull() {
					axis--
				}
			}
		case cases.Null:
			x = ops.ExpandDims(x, axis)
			axis++
		case cases.Int:
			n, err := k.Int()
			if err != nil {
				return c.fail(err)
			}
			x = ops.Index(x, axis, n)
		case cases.Slice:
			x = c.slice(x, axis, k)
			axis++
		default:
			return c.unsupported("index %v of get_item", k.Kind())
		}
	}
	return x
}

func (c *call) slice(x *graph.Node, axis int, k *cases.Value) *graph.Node {
	parts := [3]int{0, ops.End, 1}
	for i, p := range k.Items() {
		if p.IsNull() {
			continue
		}
		n, err := p.Int()
		if err != nil {
			return c.fail(err)
		}
		parts[i] = n
	}
	if parts[2] < 1 {
		return c.unsupported("slice with step %d", parts[2])
	}
	return ops.SliceStep(x, axis, parts[0], parts[1], parts[2])
}
