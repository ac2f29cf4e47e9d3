package ops

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// taper is a window of n points of f over the way t from 0 to 1; a window of one point is 1.
func taper(g *graph.Graph, n int, d []graph.Dtype, f func(t float64) float64) *graph.Node {
	return spaced(g, "window", n, true, func(t float64) float64 {
		if n == 1 {
			return 1
		}
		return f(t)
	}, d)
}

// Bartlett is the triangular window of n points, 0 at its ends.
func Bartlett(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node {
	return taper(g, n, d, func(t float64) float64 { return 1 - math.Abs(2*t-1) })
}

// Hanning is the window 0.5 - 0.5 cos(2πt) of n points.
func Hanning(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node {
	return taper(g, n, d, func(t float64) float64 { return 0.5 - 0.5*math.Cos(2*math.Pi*t) })
}

// Hamming is the window 0.54 - 0.46 cos(2πt) of n points.
func Hamming(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node {
	return taper(g, n, d, func(t float64) float64 { return 0.54 - 0.46*math.Cos(2*math.Pi*t) })
}

// Blackman is the window 0.42 - 0.5 cos(2πt) + 0.08 cos(4πt) of n points.
func Blackman(g *graph.Graph, n int, d ...graph.Dtype) *graph.Node {
	return taper(g, n, d, func(t float64) float64 {
		return 0.42 - 0.5*math.Cos(2*math.Pi*t) + 0.08*math.Cos(4*math.Pi*t)
	})
}

// Kaiser is the window I₀(β√(1-(2t-1)²)) / I₀(β) of n points.
func Kaiser(g *graph.Graph, n int, beta float64, d ...graph.Dtype) *graph.Node {
	return taper(g, n, d, func(t float64) float64 {
		return besselI0(beta*math.Sqrt(max(1-(2*t-1)*(2*t-1), 0))) / besselI0(beta)
	})
}

// besselI0 adds up the series Σ (x/2)^2k / k!², whose terms are all positive.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-17; k++ {
		term *= x / (2 * k) * x / (2 * k)
		sum += term
	}
	return sum
}
