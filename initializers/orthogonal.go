package initializers

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Orthogonal draws a matrix with orthonormal columns, or rows if there are fewer of them, times Gain. All axes but the last
// count as rows (Saxe et al., 2013, arXiv:1312.6120).
type Orthogonal struct {
	Gain float64 `default:"1"`
	Seed int     `default:"none"` // 0: the model's
}

// Check refuses a vector.
func (Orthogonal) Check(shape graph.Shape) error {
	if len(shape) < 2 {
		return fmt.Errorf("an orthogonal weight needs at least two axes")
	}
	return nil
}

// Init fills w.
func (o Orthogonal) Init(w []float64, shape graph.Shape, r *rand.Rand) {
	o = config.Resolve(o)
	r = source(o.Seed, r)
	cols := shape.Dim(-1)
	rows := len(w) / max(1, cols)
	short, long := min(rows, cols), max(rows, cols)
	basis := orthonormal(short, long, r)
	for i, v := range basis {
		for j, x := range v {
			if rows < cols {
				w[i*cols+j] = o.Gain * x
			} else {
				w[j*cols+i] = o.Gain * x
			}
		}
	}
}

// orthonormal draws n orthonormal vectors of the given length: Gauss vectors made orthogonal one after the other, which
// is the QR decomposition whose R has a positive diagonal, so that all rotations are equally likely.
func orthonormal(n, length int, r *rand.Rand) [][]float64 {
	basis := make([][]float64, n)
	for i := range basis {
		v := make([]float64, length)
		for j := range v {
			v[j] = r.NormFloat64()
		}
		for _, b := range basis[:i] {
			along := dot(b, v)
			for j := range v {
				v[j] -= along * b[j]
			}
		}
		norm := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= norm
		}
		basis[i] = v
	}
	return basis
}

func dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func init() { registry.Add("Orthogonal", Orthogonal{}, "OrthogonalInitializer") }
