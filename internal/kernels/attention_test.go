package kernels

import (
	"fmt"
	"math"
	"testing"
)

func TestAttention(t *testing.T) {
	t.Run("float32", testAttention[float32])
	t.Run("float64", testAttention[float64])
}

// attentionCases are sizes around those of vectors and blocks.
var attentionCases = []AttentionShape{
	{Batch: 1, Heads: 1, Targets: 1, Sources: 1, Size: 1, Width: 1},
	{Batch: 2, Heads: 3, Targets: 5, Sources: 7, Size: 4, Width: 3},
	{Batch: 2, Heads: 1, Targets: 13, Sources: 24, Size: 33, Width: 17, Mask: []int{24, 0, 0, 1}},
	{Batch: 1, Heads: 2, Targets: 200, Sources: 200, Size: 32, Width: 32},
	{Batch: 1, Heads: 2, Targets: 70, Sources: 70, Size: 8, Width: 16, Causal: true},
	{Batch: 1, Heads: 2, Targets: 9, Sources: 10, Size: 8, Width: 16, Causal: true, Mask: []int{180, 90, 10, 1}},
	{Batch: 2, Heads: 2, Targets: 9, Sources: 10, Size: 8, Width: 16, Mask: []int{0, 0, 1, 0}},
	{Batch: 1, Heads: 1, Targets: 3, Sources: 1500, Size: 9, Width: 8},
	{Batch: 1, Heads: 1, Targets: 3, Sources: 0, Size: 2, Width: 2},
	{Batch: 1, Heads: 1, Targets: 0, Sources: 3, Size: 2, Width: 2},
}

func testAttention[T Float](t *testing.T) {
	r := newRand()
	for _, s := range attentionCases {
		s.Scale = 1 / math.Sqrt(float64(s.Size))
		targets, sources := s.Batch*s.Targets*s.Heads, s.Batch*s.Sources*s.Heads
		q, k, v := values[T](r, targets*s.Size), values[T](r, sources*s.Size), values[T](r, sources*s.Width)
		dy := values[T](r, targets*s.Width)
		var mask []bool
		if s.Mask != nil {
			mask = make([]bool, s.Batch*s.Heads*s.Targets*s.Sources)
			for i := range mask {
				mask[i] = r.IntN(3) > 0 && i%40 > 9 // some rows are hidden
			}
		}
		want := naiveAttention(q, k, v, dy, mask, s)
		for _, weights := range [][]T{nil, make([]T, s.Batch*s.Heads*s.Targets*s.Sources)} {
			y := make([]T, targets*s.Width)
			loops, err := Attention(y, weights, q, k, v, mask, s)
			runBoth(t, y, nil, loops, err)
			near(t, fmt.Sprint("attention ", s), y, want[0], tolerance[T]())
			if alone := make([]T, len(weights)); weights != nil {
				loops, err := Attention(nil, alone, q, k, v, mask, s)
				run(t, loops, err)
				same(t, "weights without a result", alone, weights)
			}
			dq, dk, dv := make([]T, len(q)), make([]T, len(k)), make([]T, len(v))
			loops, err = AttentionGrad(dq, dk, dv, dy, weights, q, k, v, mask, s)
			runBoth(t, dk, nil, loops, err)
			for i, x := range [][]T{dq, dk, dv} {
				near(t, fmt.Sprintf("gradient %d of attention %v", i, s), x, want[i+1], 4*tolerance[T]())
			}
		}
	}
}

// naiveAttention is the result and the gradients of query, key and value.
func naiveAttention[T Float](q, k, v, dy []T, mask []bool, s AttentionShape) [4][]T {
	y, dq, dk, dv := make([]float64, len(dy)), make([]float64, len(q)), make([]float64, len(k)), make([]float64, len(v))
	at := func(b, i, h, length, width int) int { return ((b*length+i)*s.Heads + h) * width }
	for pair := range s.Batch * s.Heads {
		b, h := pair/s.Heads, pair%s.Heads
		for i := range s.Targets {
			p, hidden, top := make([]float64, s.Sources), make([]bool, s.Sources), math.Inf(-1)
			qi, yi := at(b, i, h, s.Targets, s.Size), at(b, i, h, s.Targets, s.Width)
			for j := range p {
				for c := range s.Size {
					p[j] += float64(q[qi+c]) * float64(k[at(b, j, h, s.Sources, s.Size)+c]) * s.Scale
				}
				hidden[j] = s.Causal && j > i || s.Mask != nil && !mask[b*s.Mask[0]+h*s.Mask[1]+i*s.Mask[2]+j*s.Mask[3]]
				if hidden[j] {
					p[j] = MaskedScore
				}
				top = max(top, p[j])
			}
			sum := 0.0
			for j := range p {
				p[j] = math.Exp(p[j] - top)
				sum += p[j]
			}
			dp, inner := make([]float64, s.Sources), 0.0
			for j := range p {
				p[j] /= sum
				vj := at(b, j, h, s.Sources, s.Width)
				for c := range s.Width {
					y[yi+c] += p[j] * float64(v[vj+c])
					dp[j] += float64(dy[yi+c]) * float64(v[vj+c])
					dv[vj+c] += p[j] * float64(dy[yi+c])
				}
				inner += p[j] * dp[j]
			}
			for j := range p {
				if hidden[j] {
					continue
				}
				ds, kj := p[j]*(dp[j]-inner)*s.Scale, at(b, j, h, s.Sources, s.Size)
				for c := range s.Size {
					dq[qi+c] += ds * float64(k[kj+c])
					dk[kj+c] += ds * float64(q[qi+c])
				}
			}
		}
	}
	var out [4][]T
	for i, x := range [][]float64{y, dq, dk, dv} {
		out[i] = make([]T, len(x))
		for j := range x {
			out[i][j] = T(x[j])
		}
	}
	return out
}

func BenchmarkAttention(b *testing.B) {
	r := newRand()
	s := AttentionShape{Batch: 32, Heads: 2, Targets: 200, Sources: 200, Size: 32, Width: 32, Scale: 0.2}
	n := s.Batch * s.Targets * s.Heads * s.Size
	q, k, v, dy := values[float32](r, n), values[float32](r, n), values[float32](r, n), values[float32](r, n)
	y, dq, dk, dv := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for name, weights := range map[string][]float32{"": nil, "Kept": make([]float32, s.Batch*s.Heads*s.Targets*s.Sources)} {
		forward, err := Attention(y, weights, q, k, v, nil, s)
		if err != nil {
			b.Fatal(err)
		}
		backward, err := AttentionGrad(dq, dk, dv, dy, weights, q, k, v, nil, s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("forward"+name, func(b *testing.B) {
			for b.Loop() {
				runSerial(forward)
			}
		})
		b.Run("backward"+name, func(b *testing.B) {
			for b.Loop() {
				runSerial(backward)
			}
		})
	}
}
