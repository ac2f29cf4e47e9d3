package kernels

import (
	"fmt"
	"math"
	"testing"
)

func TestLayerNorm(t *testing.T) {
	t.Run("float32", testLayerNorm[float32])
	t.Run("float64", testLayerNorm[float64])
}

func testLayerNorm[T Float](t *testing.T) {
	r := newRand()
	for _, s := range []LayerNormShape{
		{1, 1, 1e-3, true}, {3, 7, 1e-3, true}, {3, 8, 1e-3, false}, {130, 32, 1e-6, true}, {700, 24, 1e-6, false}, {5, 200, 1e-3, true},
		{2, 3000, 1e-3, true}, {0, 8, 1e-3, true}, {4, 0, 1e-3, true},
	} {
		for _, weighted := range []bool{true, false} {
			n := s.Rows * s.Width
			x, dy := values[T](r, n), values[T](r, n)
			var gamma, beta, dgamma, dbeta []T
			if weighted {
				gamma, beta, dgamma, dbeta = values[T](r, s.Width), values[T](r, s.Width), make([]T, s.Width), make([]T, s.Width)
			}
			y, dx := make([]T, n), make([]T, n)
			loops, err := LayerNorm(y, x, gamma, beta, s)
			runBoth(t, y, nil, loops, err)
			loops, err = LayerNormGrad(dx, dgamma, dbeta, dy, x, gamma, s)
			runBoth(t, dx, nil, loops, err)
			want := naiveLayerNorm(x, dy, gamma, beta, s)
			for i, got := range [][]T{y, dx, dgamma, dbeta} {
				near(t, fmt.Sprintf("result %d of %v", i, s), got, want[i][:len(got)], 10*tolerance[T]())
			}
		}
	}
}

// naiveLayerNorm is y, dx, dgamma and dbeta.
func naiveLayerNorm[T Float](x, dy, gamma, beta []T, s LayerNormShape) [4][]T {
	var out [4][]T
	sums := [2][]float64{make([]float64, s.Width), make([]float64, s.Width)}
	for i := range s.Rows {
		row, mean, square := x[i*s.Width:][:s.Width], 0.0, 0.0
		for _, v := range row {
			if s.Centred {
				mean += float64(v) / float64(s.Width)
			}
		}
		for _, v := range row {
			square += (float64(v) - mean) * (float64(v) - mean) / float64(s.Width)
		}
		f := 1 / math.Sqrt(square+s.Epsilon)
		y, g, sum, inner := make([]float64, s.Width), make([]float64, s.Width), 0.0, 0.0
		for j, v := range row {
			y[j], g[j] = (float64(v)-mean)*f, float64(dy[i*s.Width+j])
			sums[0][j], sums[1][j] = sums[0][j]+g[j]*y[j], sums[1][j]+g[j]
			z := y[j]
			if gamma != nil {
				g[j], z = g[j]*float64(gamma[j]), z*float64(gamma[j])+float64(beta[j])
			}
			if s.Centred {
				sum += g[j] / float64(s.Width)
			}
			inner += g[j] * y[j] / float64(s.Width)
			out[0] = append(out[0], T(z))
		}
		for j := range y {
			out[1] = append(out[1], T(f*(g[j]-sum-y[j]*inner)))
		}
	}
	for i, s := range sums {
		for _, v := range s {
			out[2+i] = append(out[2+i], T(v))
		}
	}
	return out
}

func BenchmarkLayerNorm(b *testing.B) {
	r := newRand()
	s := LayerNormShape{6400, 32, 1e-6, true}
	n := s.Rows * s.Width
	x, dy, gamma, beta := values[float32](r, n), values[float32](r, n), values[float32](r, 32), values[float32](r, 32)
	y, dgamma, dbeta := make([]float32, n), make([]float32, 32), make([]float32, 32)
	forward, err := LayerNorm(y, x, gamma, beta, s)
	if err != nil {
		b.Fatal(err)
	}
	backward, err := LayerNormGrad(y, dgamma, dbeta, dy, x, gamma, s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			runSerial(forward)
		}
	})
	b.Run("backward", func(b *testing.B) {
		for b.Loop() {
			runSerial(backward)
		}
	})
}
