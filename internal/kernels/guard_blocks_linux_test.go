package kernels

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

func TestProductsStayInside(t *testing.T) {
	r := newRand()
	for i := range 300 {
		s := MatMulShape{M: guardSize(r), N: guardSize(r), K: guardSize(r), TransA: i&1 != 0, TransB: i&2 != 0, Accumulate: i&4 != 0}
		switch i % 10 {
		case 7:
			s.M = 1
		case 8:
			s.N = 1
		case 9:
			s.K, s.N = 200+r.IntN(300), 200+r.IntN(300)
		}
		batch := 1
		if i%5 == 0 {
			batch = 1 + r.IntN(3)
			s.Batch, s.StrideA, s.StrideB = []int{batch}, []int{s.M * s.K}, []int{s.K * s.N}
		}
		inside(t, fmt.Sprintf("product %+v", s), func(g *guards) ([]par.Loop, error) {
			return MatMul(numbers[float32](g, batch*s.M*s.N), numbers[float32](g, batch*s.M*s.K), numbers[float32](g, batch*s.K*s.N), s)
		})
		inside(t, fmt.Sprintf("product of float64 %+v", s), func(g *guards) ([]par.Loop, error) {
			return MatMul(numbers[float64](g, batch*s.M*s.N), numbers[float64](g, batch*s.M*s.K), numbers[float64](g, batch*s.K*s.N), s)
		})
	}
}

func guardSize(r *rand.Rand) int {
	if r.IntN(8) == 0 {
		return 0
	}
	return 1 + r.IntN(70)
}

func TestConvolutionsStayInside(t *testing.T) {
	r := newRand()
	for i := range 120 {
		s := drawConv(r)
		switch i % 4 {
		case 1: // depthwise
			s.C = 1 + r.IntN(40)
			s.Out, s.Groups = s.C, s.C
		case 2:
			s.C, s.Out, s.Groups = 1+r.IntN(20), 1+r.IntN(70), 1
		}
		in, out, kernel := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out, size(s.K)*s.C/max(1, s.Groups)*s.Out
		what := fmt.Sprintf("%+v", s)
		inside(t, "convolution "+what, func(g *guards) ([]par.Loop, error) {
			return ConvForward(s, room[float32](g, out), numbers[float32](g, in), numbers[float32](g, kernel))
		})
		inside(t, "gradient for the input of "+what, func(g *guards) ([]par.Loop, error) {
			return ConvInputGrad(s, room[float32](g, in), numbers[float32](g, out), numbers[float32](g, kernel))
		})
		inside(t, "gradient for the kernel of "+what, func(g *guards) ([]par.Loop, error) {
			return ConvKernelGrad(s, room[float32](g, kernel), numbers[float32](g, in), numbers[float32](g, out))
		})
	}
}

// TestModelConvolutionsStayInside takes the sizes of real models, for which kernels of their own may be chosen.
func TestModelConvolutionsStayInside(t *testing.T) {
	for _, s := range []Conv{
		{N: 2, C: 32, Out: 64, In: []int{13, 13}, K: []int{3, 3}, OutSp: []int{11, 11}},
		{N: 2, C: 16, Out: 16, In: []int{32, 32}, K: []int{3, 3}, OutSp: []int{32, 32}, PadLo: []int{1, 1}},
		{N: 1, C: 16, Out: 32, In: []int{32, 32}, K: []int{3, 3}, OutSp: []int{16, 16}, Stride: []int{2, 2}},
		{N: 1, C: 64, Out: 64, In: []int{8, 8}, K: []int{3, 3}, OutSp: []int{8, 8}, PadLo: []int{1, 1}},
		{N: 2, C: 1, Out: 32, In: []int{28, 28}, K: []int{3, 3}, OutSp: []int{26, 26}},
		{N: 2, C: 3, Out: 16, In: []int{31, 29}, K: []int{3, 3}, OutSp: []int{31, 29}, PadLo: []int{1, 1}},
		{N: 1, C: 24, Out: 144, In: []int{15, 15}, K: []int{1, 1}, OutSp: []int{15, 15}},
		{N: 1, C: 144, Out: 144, Groups: 144, In: []int{15, 15}, K: []int{3, 3}, OutSp: []int{15, 15}, PadLo: []int{1, 1}},
		{N: 1, C: 145, Out: 145, Groups: 145, In: []int{15, 15}, K: []int{3, 3}, OutSp: []int{7, 7}, Stride: []int{2, 2}},
		{N: 1, C: 13, Out: 13, Groups: 13, In: []int{9, 17}, K: []int{3, 3}, OutSp: []int{9, 17}, PadLo: []int{1, 1}},
	} {
		in, out, kernel := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out, size(s.K)*s.C/max(1, s.Groups)*s.Out
		what := fmt.Sprintf("%+v", s)
		inside(t, what, func(g *guards) ([]par.Loop, error) {
			return ConvForward(s, room[float32](g, out), numbers[float32](g, in), numbers[float32](g, kernel))
		})
		inside(t, "dx of "+what, func(g *guards) ([]par.Loop, error) {
			return ConvInputGrad(s, room[float32](g, in), numbers[float32](g, out), numbers[float32](g, kernel))
		})
		inside(t, "dw of "+what, func(g *guards) ([]par.Loop, error) {
			return ConvKernelGrad(s, room[float32](g, kernel), numbers[float32](g, in), numbers[float32](g, out))
		})
	}
}

func TestPoolingStaysInside(t *testing.T) {
	r := newRand()
	for i := range 80 {
		c := drawConv(r)
		s := Pool{N: c.N, C: 1 + r.IntN(40), In: c.In, K: c.K, OutSp: c.OutSp, Stride: c.Stride, PadLo: c.PadLo, Dilation: c.Dilation}
		if i%3 == 0 { // the usual windows, which do not overlap
			side := 1 + r.IntN(6)
			s.In, s.K, s.OutSp = []int{2*side + r.IntN(2), 2 * side}, []int{2, 2}, []int{side, side}
			s.Stride, s.PadLo, s.Dilation = []int{2, 2}, nil, nil
		}
		in, out := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.C
		what := fmt.Sprintf("%+v", s)
		inside(t, "max "+what, func(g *guards) ([]par.Loop, error) {
			return MaxPool(s, room[float32](g, out), numbers[float32](g, in))
		})
		inside(t, "gradient of max "+what, func(g *guards) ([]par.Loop, error) {
			return MaxPoolGrad(s, room[float32](g, in), numbers[float32](g, out), numbers[float32](g, in))
		})
		inside(t, "gather by max "+what, func(g *guards) ([]par.Loop, error) {
			return MaxPoolGather(s, room[float32](g, out), numbers[float32](g, in), numbers[float32](g, in))
		})
		inside(t, "average "+what, func(g *guards) ([]par.Loop, error) {
			return AvgPool(s, room[float32](g, out), numbers[float32](g, in))
		})
		inside(t, "gradient of average "+what, func(g *guards) ([]par.Loop, error) {
			return AvgPoolGrad(s, room[float32](g, in), numbers[float32](g, out))
		})
	}
}

func TestIndexingStaysInside(t *testing.T) {
	for _, inner := range oddLengths {
		a := Axis{2, 5, inner}
		for _, m := range []int{0, 1, 7} {
			what := fmt.Sprintf(" %d of %v", m, a)
			var f Fault
			inside(t, "gather"+what, func(g *guards) ([]par.Loop, error) {
				return GatherRows(room[float32](g, 2*m*inner), numbers[float32](g, a.size()), below[int32](g, m, 5), a, &f)
			})
			for _, name := range []string{"add", "maximum", "minimum", "set"} {
				inside(t, "scatter "+name+what, func(g *guards) ([]par.Loop, error) {
					return ScatterRows(name, numbers[float32](g, a.size()), numbers[float32](g, 2*m*inner), below[int32](g, m, 5), a, true, &f)
				})
			}
			inside(t, "take along"+what, func(g *guards) ([]par.Loop, error) {
				return TakeAlong(room[float32](g, 2*m*inner), numbers[float32](g, a.size()), below[int64](g, 2*m*inner, 5), a, m, &f)
			})
			inside(t, "put along"+what, func(g *guards) ([]par.Loop, error) {
				return PutAlong(numbers[float32](g, a.size()), numbers[float32](g, 2*m*inner), below[int64](g, 2*m*inner, 5), a, m, true, &f)
			})
			if err := f.Take(); err != nil {
				t.Error(err)
			}
		}
		inside(t, fmt.Sprint("one hot of ", a), func(g *guards) ([]par.Loop, error) {
			return OneHot(room[float32](g, a.size()), below[int32](g, 2*inner, 5), a, 1, 0)
		})
	}
}

func TestMovesStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for name, make := range map[string]loopMaker{
			"copy": func(g *guards) ([]par.Loop, error) {
				return Copy(room[float32](g, 3*n), numbers[float32](g, 3*n), []int{3, n}, []int{n, 1}, 0)
			},
			"transpose": func(g *guards) ([]par.Loop, error) {
				return Copy(room[float32](g, 3*n), numbers[float32](g, 3*n), []int{n, 3}, []int{1, n}, 0)
			},
			"transpose of squares": func(g *guards) ([]par.Loop, error) {
				k := min(n, 100)
				return Copy(room[float32](g, k*k), numbers[float32](g, k*k), []int{k, k}, []int{1, k}, 0)
			},
			"transpose of bools": func(g *guards) ([]par.Loop, error) {
				return Copy(room[bool](g, 9*n), bools(g, 9*n), []int{n, 9}, []int{1, n}, 0)
			},
			"swap of axes": func(g *guards) ([]par.Loop, error) {
				return Copy(room[float32](g, 6*n), numbers[float32](g, 6*n), []int{3, 2, n}, []int{n, 3 * n, 1}, 0)
			},
			"repeat": func(g *guards) ([]par.Loop, error) {
				return Copy(room[float32](g, 3*n), numbers[float32](g, n), []int{3, n}, []int{0, 1}, 0)
			},
			"fill": func(g *guards) ([]par.Loop, error) { return Fill(room[float32](g, n), 3), nil },
			"place": func(g *guards) ([]par.Loop, error) {
				return Place(room[float32](g, 2*(n+1)), numbers[float32](g, 2*n), []int{2, n}, []int{n + 1, 1}, 1)
			},
			"concat": func(g *guards) ([]par.Loop, error) {
				return Concat(room[float32](g, 3*(n+5)), [][]float32{numbers[float32](g, 3*n), numbers[float32](g, 15)}, 3, []int{n, 5})
			},
			"pad": func(g *guards) ([]par.Loop, error) {
				return Pad("constant", room[float32](g, 5*(n+3)), numbers[float32](g, 3*n), []int{3, n}, []int{1, 1}, []int{1, 2}, 4)
			},
			"gradient of pad": func(g *guards) ([]par.Loop, error) {
				return PadGrad("constant", room[float32](g, 3*n), numbers[float32](g, 5*(n+3)), []int{3, n}, []int{1, 1}, []int{1, 2})
			},
		} {
			inside(t, fmt.Sprintf("%s of %d", name, n), make)
		}
	}
}

func TestSortsStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for name, make := range map[string]loopMaker{
			"sort": func(g *guards) ([]par.Loop, error) {
				return SortRows(room[float32](g, 3*n), numbers[float32](g, 3*n), 3, n)
			},
			"argsort": func(g *guards) ([]par.Loop, error) {
				return ArgSort(room[int32](g, 3*n), numbers[float32](g, 3*n), 3, n, true)
			},
			"top k": func(g *guards) ([]par.Loop, error) {
				k := n / 2
				return TopK(room[float32](g, 3*k), room[int32](g, 3*k), numbers[float32](g, 3*n), 3, n, k)
			},
			"search": func(g *guards) ([]par.Loop, error) {
				x := numbers[float32](g, n)
				slices.Sort(x)
				return SearchSorted(room[int32](g, 9), x, numbers[float32](g, 9), true)
			},
			"count": func(g *guards) ([]par.Loop, error) {
				return Bincount(room[float32](g, 3*7), below[int32](g, 3*n, 7), numbers[float32](g, 3*n), 3, n, 7)
			},
		} {
			inside(t, fmt.Sprintf("%s of %d", name, n), make)
		}
	}
}
