package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// LayerNormShape describes (x - mean) / sqrt(variance + Epsilon) * gamma + beta of each of Rows rows of Width elements; without Centred
// the mean is taken as 0.
type LayerNormShape struct {
	Rows, Width int
	Epsilon     float64
	Centred     bool
}

// meanFactor is what the sum of a row is multiplied by to get what is subtracted.
func (s LayerNormShape) meanFactor() float64 {
	if !s.Centred {
		return 0
	}
	return 1 / float64(s.Width)
}

// normRows are the loops over whole rows that follow one another.
type normRows[T Float] struct {
	forward func(y, x, gamma, beta []T, s LayerNormShape)
	// backward sets dx and adds to dgamma and dbeta.
	backward func(dx, dy, x, gamma, dgamma, dbeta []T, s LayerNormShape)
}

// normRows32 is set where the processor has kernels, which take rows of whole vectors.
var normRows32 *normRows[float32]

// normRowsOf returns the loops for T.
func normRowsOf[T Float](width int) normRows[T] {
	if fast, ok := any(normRows32).(*normRows[T]); ok && fast != nil && !portable && width%8 == 0 {
		return *fast
	}
	return normRows[T]{normForward[T], normBackward[T]}
}

// normalised returns the mean of a row and the factor that brings its variance to 1.
func normalised[T Float](x []T, s LayerNormShape) (mean, factor float64) {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	mean = sum * s.meanFactor()
	squares := 0.0
	for _, v := range x {
		d := float64(v) - mean
		squares += d * d
	}
	return mean, 1 / math.Sqrt(squares/float64(s.Width)+s.Epsilon)
}

func normForward[T Float](y, x, gamma, beta []T, s LayerNormShape) {
	for n := s.Width; len(x) >= n; x, y = x[n:], y[n:] {
		mean, factor := normalised(x[:n], s)
		for j, v := range x[:n] {
			y[j] = T((float64(v)-mean)*factor)*gamma[j] + beta[j]
		}
	}
}

func normBackward[T Float](dx, dy, x, gamma, dgamma, dbeta []T, s LayerNormShape) {
	for n := s.Width; len(x) >= n; x, dy, dx = x[n:], dy[n:], dx[n:] {
		mean, factor := normalised(x[:n], s)
		sum, inner := 0.0, 0.0
		for j, v := range x[:n] {
			g, y := float64(dy[j]*gamma[j]), (float64(v)-mean)*factor
			sum, inner = sum+g, inner+g*y
		}
		sum, inner = sum*s.meanFactor(), inner/float64(n)
		for j, v := range x[:n] {
			y, d := (float64(v)-mean)*factor, dy[j]
			dx[j] = T(factor * (float64(d*gamma[j]) - sum - y*inner))
			dgamma[j] += d * T(y)
			dbeta[j] += d
		}
	}
}

// LayerNorm returns the loop of a normalisation. gamma and beta may be nil.
func LayerNorm[T Float](y, x, gamma, beta []T, s LayerNormShape) ([]par.Loop, error) {
	n := s.Rows * s.Width
	gamma, beta = orFilled(gamma, 1, s.Width), orFilled(beta, 0, s.Width)
	if err := firstError(need("layer_norm", "the result", len(y), n), need("layer_norm", "the input", len(x), n),
		need("layer_norm", "gamma", len(gamma), s.Width), need("layer_norm", "beta", len(beta), s.Width)); err != nil {
		return nil, err
	}
	if s.Width == 0 {
		return nil, nil
	}
	rows := normRowsOf[T](s.Width)
	return []par.Loop{{N: s.Rows, Chunk: chunkOf(2 * s.Width), Body: func(_, lo, hi int) {
		rows.forward(y[lo*s.Width:hi*s.Width], x[lo*s.Width:hi*s.Width], gamma, beta, s)
	}}}, nil
}

// orFilled is x, or n elements v for none.
func orFilled[T any](x []T, v T, n int) []T {
	if x == nil {
		x = make([]T, n)
		fillRow(x, v)
	}
	return x
}

// normRowsOfPart is how many rows add up one part of the gradients of gamma and beta; the parts are then added in order.
const normRowsOfPart = 128

// LayerNormGrad returns the loops of the gradients of x, gamma and beta for the gradient dy of the result. gamma, dgamma and dbeta may be nil.
func LayerNormGrad[T Float](dx, dgamma, dbeta, dy, x, gamma []T, s LayerNormShape) ([]par.Loop, error) {
	n, width := s.Rows*s.Width, s.Width
	gamma, dgamma, dbeta = orFilled(gamma, 1, width), orFilled(dgamma, 0, width), orFilled(dbeta, 0, width)
	if err := firstError(need("layer_norm gradient", "dx", len(dx), n), need("layer_norm gradient", "dy", len(dy), n),
		need("layer_norm gradient", "x", len(x), n), need("layer_norm gradient", "gamma", len(gamma), width),
		need("layer_norm gradient", "dgamma", len(dgamma), width), need("layer_norm gradient", "dbeta", len(dbeta), width)); err != nil {
		return nil, err
	}
	if width == 0 {
		return nil, nil
	}
	rows := normRowsOf[T](width)
	parts := (s.Rows + normRowsOfPart - 1) / normRowsOfPart
	sums := make([]T, 2*parts*width)
	add := tableOf[T]().addCols
	total := make([]float64, width)
	return []par.Loop{
		{N: parts, Chunk: max(1, chunkOf(4*width*normRowsOfPart)), Body: func(_, lo, hi int) {
			for p := lo; p < hi; p++ {
				part := sums[2*p*width:][:2*width]
				clear(part)
				from, to := p*normRowsOfPart*width, min((p+1)*normRowsOfPart, s.Rows)*width
				rows.backward(dx[from:to], dy[from:to], x[from:to], gamma, part[:width], part[width:], s)
			}
		}},
		{N: 1, Body: func(_, _, _ int) {
			for i, d := range [][]T{dgamma, dbeta} {
				clear(total)
				for p := range parts {
					add(total, sums[(2*p+i)*width:][:width])
				}
				for j := range width {
					d[j] = T(total[j])
				}
			}
		}},
	}, nil
}
