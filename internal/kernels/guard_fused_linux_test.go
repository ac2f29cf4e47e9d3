package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

func TestEpiloguesStayInside(t *testing.T) {
	r := newRand()
	for i := range 120 {
		s := MatMulShape{M: guardSize(r), N: guardSize(r), K: guardSize(r), TransA: i&1 != 0, TransB: i&2 != 0, Accumulate: i&4 != 0}
		if i%6 == 0 {
			s.N = 1
		}
		inside(t, fmt.Sprintf("product with bias %+v", s), func(g *guards) ([]par.Loop, error) {
			ep := &Epilogue[float32]{Relu: i%3 > 0}
			if i%3 < 2 {
				ep.Bias = numbers[float32](g, s.N)
			}
			return MatMulWith(numbers[float32](g, s.M*s.N), numbers[float32](g, s.M*s.K), numbers[float32](g, s.K*s.N), s, ep)
		})
	}
}

func TestConvolutionEpiloguesStayInside(t *testing.T) {
	r := newRand()
	for i := range 60 {
		s := drawConv(r)
		if i%2 == 0 {
			s.C, s.Out, s.Groups = 1+r.IntN(30), 1+r.IntN(70), 1
			if i%4 == 0 {
				s.Out, s.Groups = s.C, s.C
			}
		}
		in, out, kernel := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out, size(s.K)*s.C/max(1, s.Groups)*s.Out
		inside(t, fmt.Sprintf("convolution with bias %+v", s), func(g *guards) ([]par.Loop, error) {
			ep := &Epilogue[float32]{Bias: numbers[float32](g, s.Out), Relu: i%3 > 0}
			return ConvForwardWith(s, room[float32](g, out), numbers[float32](g, in), numbers[float32](g, kernel), ep)
		})
	}
}

func TestAttentionStaysInside(t *testing.T) {
	r := newRand()
	for i := range 40 {
		s := AttentionShape{Batch: r.IntN(3), Heads: 1 + r.IntN(3), Targets: guardSize(r), Sources: guardSize(r), Size: 1 + r.IntN(40), Width: 1 + r.IntN(40),
			Scale: 0.3, Causal: i%3 == 0}
		if i%4 == 0 {
			s.Mask = []int{s.Targets * s.Sources, 0, s.Sources, 1}
		}
		queries, keys := s.Batch*s.Targets*s.Heads, s.Batch*s.Sources*s.Heads
		mask := func(g *guards) []bool {
			if s.Mask == nil {
				return nil
			}
			return bools(g, s.Batch*s.Targets*s.Sources)
		}
		weights := func(g *guards) []float32 { // kept or not
			if i%2 == 0 {
				return nil
			}
			return numbers[float32](g, s.Batch*s.Heads*s.Targets*s.Sources)
		}
		inside(t, fmt.Sprintf("attention %+v", s), func(g *guards) ([]par.Loop, error) {
			return Attention(room[float32](g, queries*s.Width), weights(g), numbers[float32](g, queries*s.Size), numbers[float32](g, keys*s.Size),
				numbers[float32](g, keys*s.Width), mask(g), s)
		})
		inside(t, fmt.Sprintf("gradient of attention %+v", s), func(g *guards) ([]par.Loop, error) {
			return AttentionGrad(room[float32](g, queries*s.Size), room[float32](g, keys*s.Size), room[float32](g, keys*s.Width),
				numbers[float32](g, queries*s.Width), weights(g), numbers[float32](g, queries*s.Size), numbers[float32](g, keys*s.Size),
				numbers[float32](g, keys*s.Width), mask(g), s)
		})
	}
}

// guardedSequences have odd sizes, nothing, and more rows than a chunk.
var guardedSequences = []RecurrentShape{
	{Batch: 1, Steps: 3, Units: 1}, {Batch: 2, Steps: 1, Units: 7}, {Batch: 3, Steps: 4, Units: 8}, {Batch: 5, Steps: 2, Units: 33, Reverse: true},
	{Batch: 17, Steps: 3, Units: 20}, {Batch: 2, Steps: 0, Units: 5}, {Batch: 0, Steps: 3, Units: 5}, {Batch: 16, Steps: 2, Units: 64},
}

func TestSequencesStayInside(t *testing.T) {
	for _, s := range guardedSequences {
		states, rows, u := s.Batch*s.Units, s.Batch*s.Steps*s.Units, s.Units
		what := fmt.Sprintf(" %+v", s)
		num := numbers[float32]
		to := room[float32]
		inside(t, "lstm"+what, func(g *guards) ([]par.Loop, error) {
			return LSTM(&LSTMForward[float32]{RecurrentShape: s, Z: num(g, 4*rows), Kernel: num(g, 4*u*u), H0: num(g, states), C0: num(g, states),
				Ys: to(g, rows), H: to(g, states), C: to(g, states), Gates: to(g, 4*rows), Hs: to(g, rows), Cs: to(g, rows)})
		})
		inside(t, "lstm without results"+what, func(g *guards) ([]par.Loop, error) {
			return LSTM(&LSTMForward[float32]{RecurrentShape: s, Z: num(g, 4*rows), Kernel: num(g, 4*u*u), H0: num(g, states), C0: num(g, states), H: to(g, states)})
		})
		inside(t, "gradient of lstm"+what, func(g *guards) ([]par.Loop, error) {
			return LSTMGrad(&LSTMBackward[float32]{RecurrentShape: s, Kernel: num(g, 4*u*u), Gates: num(g, 4*rows), Cs: num(g, rows), DH: num(g, states),
				DC: num(g, states), DYs: num(g, rows), DZ: to(g, 4*rows), DH0: to(g, states), DC0: to(g, states)})
		})
		inside(t, "gru"+what, func(g *guards) ([]par.Loop, error) {
			return GRU(&GRUForward[float32]{RecurrentShape: s, X: num(g, 3*rows), Kernel: num(g, 3*u*u), Bias: num(g, 3*u), H0: num(g, states),
				Ys: to(g, rows), H: to(g, states), Gates: to(g, 4*rows), Hs: to(g, rows)})
		})
		inside(t, "gradient of gru"+what, func(g *guards) ([]par.Loop, error) {
			return GRUGrad(&GRUBackward[float32]{RecurrentShape: s, Kernel: num(g, 3*u*u), Gates: num(g, 4*rows), Hs: num(g, rows), DH: num(g, states),
				DYs: num(g, rows), DX: to(g, 3*rows), DS: to(g, 3*rows), DH0: to(g, states)})
		})
		inside(t, "simple rnn"+what, func(g *guards) ([]par.Loop, error) {
			return SimpleRNN(&SimpleRNNForward[float32]{RecurrentShape: s, Activation: "tanh", X: num(g, rows), Kernel: num(g, u*u), H0: num(g, states),
				Ys: to(g, rows), H: to(g, states), Hs: to(g, rows)})
		})
		inside(t, "gradient of simple rnn"+what, func(g *guards) ([]par.Loop, error) {
			return SimpleRNNGrad(&SimpleRNNBackward[float32]{RecurrentShape: s, Activation: "tanh", Kernel: num(g, u*u), Ys: num(g, rows), DH: num(g, states),
				DYs: num(g, rows), DX: to(g, rows), DH0: to(g, states)})
		})
	}
}

func TestMomentsStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for _, c := range [][3]int{{1, 5, n}, {2, n, 9}, {1, n, 1}, {3, 1, n}, {1, 70, n}} {
			outer, rows, cols := c[0], c[1], c[2]
			if rows == 0 || outer*cols == 0 {
				continue
			}
			inside(t, fmt.Sprint("moments of ", c), func(g *guards) ([]par.Loop, error) {
				return Moments(room[float32](g, outer*cols), room[float32](g, outer*cols), numbers[float32](g, outer*rows*cols), outer, rows, cols)
			})
		}
	}
}

func TestRulesStayInside(t *testing.T) {
	for name := range table32.rules {
		for _, n := range oddLengths {
			for _, rest := range []bool{false, true} {
				inside(t, fmt.Sprintf("%s of %d, without a gradient %v", name, n, rest), func(g *guards) ([]par.Loop, error) {
					rule, _ := RuleOf[float32](name)
					region := &Region[float32]{By: [6]float32{0.1, 0.01, 0.9, 1e-3, 0.2, 1e-7}}
					if rule.Gradient == 2 {
						region.By = [6]float32{0.1, 0.01, 0.2, 1e-7}
					}
					for i := range region.Src {
						region.Src[i] = numbers[float32](g, n)
						for k, v := range region.Src[i] {
							region.Src[i][k] = float32(math.Abs(float64(v)))
						}
					}
					for i := range region.Dst {
						region.Dst[i] = room[float32](g, n)
					}
					run := rule.Run
					if rest {
						run = rule.Rest
					}
					if run == nil {
						return nil, nil
					}
					return []par.Loop{{N: 1, Body: func(int, int, int) { run(region) }}}, nil
				})
			}
		}
	}
}

func TestLayerNormStaysInside(t *testing.T) {
	for _, rows := range []int{0, 1, 3, 70} {
		for _, width := range []int{1, 7, 8, 16, 24, 33, 64} {
			for _, centred := range []bool{false, true} {
				s := LayerNormShape{Rows: rows, Width: width, Epsilon: 1e-3, Centred: centred}
				n := rows * width
				inside(t, fmt.Sprintf("layer normalization %+v", s), func(g *guards) ([]par.Loop, error) {
					return LayerNorm(room[float32](g, n), numbers[float32](g, n), numbers[float32](g, width), numbers[float32](g, width), s)
				})
				inside(t, fmt.Sprintf("gradient of layer normalization %+v", s), func(g *guards) ([]par.Loop, error) {
					return LayerNormGrad(room[float32](g, n), room[float32](g, width), room[float32](g, width), numbers[float32](g, n), numbers[float32](g, n),
						numbers[float32](g, width), s)
				})
			}
		}
	}
}

func TestCompactRowsStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for _, m := range []int{0, 1, 9, 40} {
			var f Fault
			inside(t, fmt.Sprintf("%d compact rows of %d", m, n), func(g *guards) ([]par.Loop, error) {
				return CompactRows(room[float32](g, min(m, 13)*n), room[int32](g, 13), numbers[float32](g, m*n), below[int32](g, m, 13), n, &f)
			})
			if err := f.Take(); err != nil {
				t.Error(err)
			}
		}
	}
}
