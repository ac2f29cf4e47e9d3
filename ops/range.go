package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
)

// vector is the constant f(0) ... f(n-1).
func vector(g *graph.Graph, d graph.Dtype, n int, f func(i int) float64) *graph.Node {
	v := make([]float64, n)
	for i := range v {
		v[i] = f(i)
	}
	return g.ConstOf(d, graph.Shape{n}, array.Cast(v, string(d)))
}

// Arange holds start, start+step ... before stop. The default dtype is int32 if all three are whole numbers, else float32.
func Arange(g *graph.Graph, start, stop, step float64, d ...graph.Dtype) *graph.Node {
	n := math.Ceil((stop - start) / step)
	if math.IsNaN(n) || n > 1<<31 || step == 0 {
		return g.Fail("arange", fmt.Errorf("from %v to %v by steps of %v is no range", start, stop, step))
	}
	dtype := graph.Float32
	if start == math.Trunc(start) && stop == math.Trunc(stop) && step == math.Trunc(step) {
		dtype = graph.Int32
	}
	return vector(g, dtypeOr(dtype, d), int(max(n, 0)), func(i int) float64 { return start + float64(i)*step })
}

// Linspace holds n numbers at equal distances from start to stop, stop itself only if endpoint (Keras's default). The
// default dtype is float32, Keras's default for n is 50.
func Linspace(g *graph.Graph, start, stop float64, n int, endpoint bool, d ...graph.Dtype) *graph.Node {
	return spaced(g, "linspace", n, endpoint, func(t float64) float64 { return start + t*(stop-start) }, d)
}

// Logspace holds base to the power of the numbers of [Linspace]. Keras's default for base is 10.
func Logspace(g *graph.Graph, start, stop float64, n int, endpoint bool, base float64, d ...graph.Dtype) *graph.Node {
	return spaced(g, "logspace", n, endpoint, func(t float64) float64 { return math.Pow(base, start+t*(stop-start)) }, d)
}

// Geomspace holds n numbers of equal ratio from start to stop, which have one sign and are not 0.
func Geomspace(g *graph.Graph, start, stop float64, n int, endpoint bool, d ...graph.Dtype) *graph.Node {
	if start*stop <= 0 {
		return g.Fail("geomspace", fmt.Errorf("%v and %v must have one sign and differ from 0", start, stop))
	}
	return spaced(g, "geomspace", n, endpoint, func(t float64) float64 { return start * math.Pow(stop/start, t) }, d)
}

// spaced is f at n equal steps of the way from 0 to 1.
func spaced(g *graph.Graph, op string, n int, endpoint bool, f func(float64) float64, d []graph.Dtype) *graph.Node {
	if n < 0 {
		return g.Fail(op, fmt.Errorf("%d numbers are asked for, want at least 0", n))
	}
	steps := n
	if endpoint {
		steps--
	}
	return vector(g, dtypeOr(graph.Float32, d), n, func(i int) float64 { return f(float64(i) / float64(max(steps, 1))) })
}
