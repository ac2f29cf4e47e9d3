package targets

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// makers are the functions that make tensors from numbers.
var makers = map[string]opFunc{
	"arange":     one(func(c *call) *graph.Node { return c.arange() }),
	"array":      one(func(c *call) *graph.Node { return c.cast(c.node("x")) }),
	"full":       one(func(c *call) *graph.Node { return c.full() }),
	"ones":       one(func(c *call) *graph.Node { return ops.Ones(c.e.g, c.sizes("shape"), c.dtype()...) }),
	"zeros":      one(func(c *call) *graph.Node { return ops.Zeros(c.e.g, c.sizes("shape"), c.dtype()...) }),
	"empty":      one(func(c *call) *graph.Node { return ops.Zeros(c.e.g, c.sizes("shape"), c.dtype()...) }),
	"ones_like":  one(func(c *call) *graph.Node { return ops.OnesLike(c.node("x"), c.dtype()...) }),
	"zeros_like": one(func(c *call) *graph.Node { return ops.ZerosLike(c.node("x"), c.dtype()...) }),
	"empty_like": one(func(c *call) *graph.Node { return ops.ZerosLike(c.node("x"), c.dtype()...) }),
	"full_like": one(func(c *call) *graph.Node {
		return ops.FullLike(c.node("x"), c.Float("fill_value", 0), c.dtype()...)
	}),
	"eye": one(func(c *call) *graph.Node {
		return ops.Eye(c.e.g, c.Int("N", 0), c.Int("M", 0), c.Int("k", 0), c.dtype()...)
	}),
	"identity": one(func(c *call) *graph.Node { return ops.Identity(c.e.g, c.Int("n", 0), c.dtype()...) }),
	"tri": one(func(c *call) *graph.Node {
		return ops.Tri(c.e.g, c.Int("N", 0), c.Int("M", 0), c.Int("k", 0), c.dtype()...)
	}),
	"vander": one(func(c *call) *graph.Node { return ops.Vander(c.node("x"), c.Int("N", 0), c.Bool("increasing", false)) }),
	"linspace": spaced(func(c *call, lo, hi float64, n int, end bool, d []graph.Dtype) *graph.Node {
		return ops.Linspace(c.e.g, lo, hi, n, end, d...)
	}, func(c *call, lo, hi *graph.Node, n int, end bool) *graph.Node {
		return ops.LinspaceBetween(lo, hi, n, end)
	}),
	"logspace": spaced(func(c *call, lo, hi float64, n int, end bool, d []graph.Dtype) *graph.Node {
		return ops.Logspace(c.e.g, lo, hi, n, end, c.Float("base", 10), d...)
	}, func(c *call, lo, hi *graph.Node, n int, end bool) *graph.Node {
		return ops.LogspaceBetween(lo, hi, n, end, c.Float("base", 10))
	}),
	"geomspace": spaced(func(c *call, lo, hi float64, n int, end bool, d []graph.Dtype) *graph.Node {
		return ops.Geomspace(c.e.g, lo, hi, n, end, d...)
	}, func(c *call, lo, hi *graph.Node, n int, end bool) *graph.Node {
		return ops.GeomspaceBetween(lo, hi, n, end)
	}),
	"bartlett": taper(ops.Bartlett), "blackman": taper(ops.Blackman), "hamming": taper(ops.Hamming), "hanning": taper(ops.Hanning),
	"kaiser": one(func(c *call) *graph.Node {
		beta, ok := c.number("beta")
		n, found := c.number("x")
		if !ok || !found {
			return c.unsupported("kaiser of x=%v, beta=%v", c.Get("x"), c.Get("beta"))
		}
		return ops.Kaiser(c.e.g, int(n), beta)
	}),
}

// number is an argument that is a number or an array of one.
func (c *call) number(name string) (float64, bool) {
	v := c.Get(name)
	if v.Kind() == cases.Array {
		a, err := v.Array()
		if err != nil {
			return 0, false
		}
		switch data := a.Data.(type) {
		case []float32:
			return first(data)
		case []int32:
			return first(data)
		case []int64:
			return first(data)
		case []uint8:
			return first(data)
		case []bool:
			if len(data) == 1 && data[0] {
				return 1, true
			}
			return 0, len(data) == 1
		}
		return 0, false
	}
	if v.Kind() == cases.DtypeOf {
		return 1, true
	}
	f, err := v.Float()
	return f, err == nil
}

func first[T float32 | int32 | int64 | uint8](data []T) (float64, bool) {
	if len(data) != 1 {
		return 0, false
	}
	return float64(data[0]), true
}

func (c *call) arange() *graph.Node {
	start, stop := 0.0, c.Float("start", 0)
	if c.Has("stop") {
		start, stop = stop, c.Float("stop", 0)
	}
	d := c.dtype()
	if d == nil {
		d = []graph.Dtype{graph.Int32}
		for _, name := range []string{"start", "stop", "step"} {
			if c.Get(name).Kind() == cases.Float {
				d = []graph.Dtype{graph.Float32}
			}
		}
	}
	return ops.Arange(c.e.g, start, stop, c.Float("step", 1), d...)
}

func (c *call) full() *graph.Node {
	shape := graph.Shape(c.sizes("shape"))
	if c.Get("fill_value").Kind() == cases.Array {
		return c.cast(ops.BroadcastTo(c.node("fill_value"), shape...))
	}
	return ops.Full(c.e.g, shape, c.Float("fill_value", math.NaN()), c.dtype()...)
}

type (
	spacer  func(c *call, lo, hi float64, n int, end bool, d []graph.Dtype) *graph.Node
	spacers func(c *call, lo, hi *graph.Node, n int, end bool) *graph.Node
)

// spaced is a function that fills the way between two numbers, or between two tensors.
func spaced(numbers spacer, tensors spacers) opFunc {
	return func(c *call) graph.Nodes {
		count := 50.0
		if c.Has("num") {
			count, _ = c.number("num")
		}
		n, end, axis := int(count), c.Bool("endpoint", true), c.Int("axis", 0)
		steps := n
		if end {
			steps--
		}
		var y, step *graph.Node
		if scalar(c.Get("start")) && scalar(c.Get("stop")) {
			lo, hi := c.Float("start", 0), c.Float("stop", 0)
			y = numbers(c, lo, hi, n, end, c.dtype())
			step = c.e.g.Scalar(graph.Float32, (hi-lo)/float64(steps))
		} else {
			lo, hi := c.pair("start", "stop")
			y = c.cast(ops.MoveAxis(tensors(c, lo, hi, n, end), []int{0}, []int{axis}))
			step = ops.Div(ops.Sub(hi, lo), float64(steps))
		}
		if c.Bool("retstep", false) {
			return graph.Nodes{y, step}
		}
		return graph.Nodes{y}
	}
}

func taper(f func(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node) opFunc {
	return one(func(c *call) *graph.Node {
		n, ok := c.number("x")
		if !ok {
			return c.unsupported("%s of x=%v", c.name, c.Get("x"))
		}
		return f(c.e.g, int(n))
	})
}
