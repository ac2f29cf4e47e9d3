package kernels

import (
	"math/rand/v2"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// FuzzConv draws a convolution and checks all three directions, and max pooling's, against the definition.
func FuzzConv(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		s := drawConv(rand.New(rand.NewPCG(seed, 3)))
		r := newRand()
		in, out := s.N*size(s.In)*s.C, s.N*size(s.OutSp)*s.Out
		x, w, dy := values[float64](r, in), values[float64](r, size(s.K)*s.C/s.Groups*s.Out), values[float64](r, out)
		y, dx, dw := make([]float64, out), make([]float64, in), make([]float64, len(w))
		naiveConv(s, func(o, i, k int) {
			y[o] += x[i] * w[k]
			dx[i] += dy[o] * w[k]
			dw[k] += dy[o] * x[i]
		})
		gotY, gotX, gotW := make([]float64, out), make([]float64, in), make([]float64, len(w))
		loops, err := ConvForward(s, gotY, x, w)
		run(t, loops, err)
		near(t, "forward", gotY, y, 1e-11)
		loops, err = ConvInputGrad(s, gotX, dy, w)
		run(t, loops, err)
		near(t, "input gradient", gotX, dx, 1e-11)
		loops, err = ConvKernelGrad(s, gotW, x, dy)
		run(t, loops, err)
		near(t, "kernel gradient", gotW, dw, 1e-11)
	})
}

// drawConv draws sizes that include windows partly and wholly in the padding.
func drawConv(r *rand.Rand) Conv {
	groups := 1 + r.IntN(3)
	s := Conv{N: r.IntN(4), C: groups * (1 + r.IntN(5)), Out: groups * (1 + r.IntN(9)), Groups: groups}
	for range 1 + r.IntN(3) {
		s.In = append(s.In, 1+r.IntN(7))
		s.K = append(s.K, 1+r.IntN(3))
		s.OutSp = append(s.OutSp, 1+r.IntN(7))
		s.Stride = append(s.Stride, 1+r.IntN(3))
		s.PadLo = append(s.PadLo, r.IntN(4)-1)
		s.Dilation = append(s.Dilation, 1+r.IntN(2))
	}
	return s
}

// FuzzReduce draws a shape and axes and checks a sum and a maximum.
func FuzzReduce(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 4))
		var shape, axes []int
		for axis := range r.IntN(5) {
			shape = append(shape, r.IntN(6)+r.IntN(2)*r.IntN(12))
			if r.IntN(2) == 0 {
				axes = append(axes, axis)
			}
		}
		x := values[float64](r, size(shape))
		for _, name := range []string{"sum", "max", "logsumexp"} {
			want := naiveReduce(name, x, shape, axes, naiveFolds[name].zero, naiveFolds[name].join)
			got := make([]float64, len(want))
			loops, err := Reduce(name, got, x, shape, axes)
			run(t, loops, err)
			near(t, name, got, want, 1e-12)
		}
	})
}

// FuzzCopy draws a strided read, one that stays inside, and checks it.
func FuzzCopy(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 5))
		var shape, strides []int
		offset, length := 0, 1
		for range r.IntN(5) {
			d, s := 1+r.IntN(5), r.IntN(21)-10
			shape, strides = append(shape, d), append(strides, s)
			offset += max(0, -s) * (d - 1)
			length += max(s, -s) * (d - 1)
		}
		src := values[int64](r, length)
		want := make([]int64, size(shape))
		for i, o := range offsets(shape, strides) {
			want[i] = src[offset+o]
		}
		got := make([]int64, len(want))
		loops, err := Copy(got, src, shape, strides, offset)
		run(t, loops, err)
		same(t, "copy", got, want)
	})
}

// TestRunningAllocatesNothing runs one of each kind of loop again, once workers have their scratch memory.
func TestRunningAllocatesNothing(t *testing.T) {
	const n = 1 << 12
	r := newRand()
	x, y, z := values[float32](r, n), values[float32](r, n), make([]float32, n)
	at, shape, one := make([]int32, n), []int{64, 64}, []int{64, 1}
	conv := Conv{N: 2, C: 8, Out: 8, In: []int{8, 8}, K: []int{3, 3}, OutSp: []int{8, 8}, PadLo: []int{1, 1}}
	pool := Pool{N: 2, C: 8, In: []int{8, 8}, K: []int{2, 2}, OutSp: []int{4, 4}, Stride: []int{2, 2}}
	var f Fault
	made := map[string]func() ([]par.Loop, error){
		"unary":        func() ([]par.Loop, error) { return Unary("tanh", z, x) },
		"binary":       func() ([]par.Loop, error) { return Binary("pow", z, x, y, shape, one, []int{0, 1}) },
		"select":       func() ([]par.Loop, error) { return Select(z, make([]bool, n), x, y, shape, one, one, []int{1, 64}) },
		"copy":         func() ([]par.Loop, error) { return Copy(z, x, shape, []int{1, 64}, 0) },
		"sum":          func() ([]par.Loop, error) { return Reduce("sum", z, x, shape, []int{0}) },
		"logsumexp":    func() ([]par.Loop, error) { return Reduce("logsumexp", z, x, shape, []int{1}) },
		"argmax":       func() ([]par.Loop, error) { return ArgExtreme("argmax", at, x, Axis{64, 64, 1}) },
		"cumsum":       func() ([]par.Loop, error) { return Cumulate("sum", z, x, Axis{64, 64, 1}, true) },
		"softmax":      func() ([]par.Loop, error) { return Softmax(z, x, Axis{1, 64, 64}) },
		"matmul":       func() ([]par.Loop, error) { return MatMul(z, x, y, MatMulShape{M: 64, N: 64, K: 64, TransA: true}) },
		"conv":         func() ([]par.Loop, error) { return ConvForward(conv, z, x, y) },
		"conv dx":      func() ([]par.Loop, error) { return ConvInputGrad(conv, z, x, y) },
		"conv dw":      func() ([]par.Loop, error) { return ConvKernelGrad(conv, z, x, y) },
		"max pool":     func() ([]par.Loop, error) { return MaxPool(pool, z, x) },
		"max pool dx":  func() ([]par.Loop, error) { return MaxPoolGrad(pool, z, y, x) },
		"average pool": func() ([]par.Loop, error) { return AvgPoolGrad(pool, z, y) },
		"gather":       func() ([]par.Loop, error) { return GatherRows(z, x, make([]int32, 64), Axis{1, 64, 64}, &f) },
		"scatter": func() ([]par.Loop, error) {
			return ScatterRows("add", z, x, make([]int32, 64), Axis{1, 64, 64}, false, &f)
		},
		"pad":     func() ([]par.Loop, error) { return Pad("reflect", z, x, []int{8, 8}, []int{1, 1}, []int{1, 1}, 0) },
		"sort":    func() ([]par.Loop, error) { return SortRows(z, x, 64, 64) },
		"argsort": func() ([]par.Loop, error) { return ArgSort(at, x, 64, 64, true) },
		"top k":   func() ([]par.Loop, error) { return TopK(z, at, x, 64, 64, 40) },
		"normal":  func() ([]par.Loop, error) { return Normal(z, &Seed{}, 0, 1), nil },
		"solve":   func() ([]par.Loop, error) { return Solve(z, x, y, 64, 8, 8, &f) },
		"qr":      func() ([]par.Loop, error) { return QR(z, make([]float32, n), x, 64, 8, 8, false) },
		"svd":     func() ([]par.Loop, error) { return SVD(z, make([]float32, n), y, x, 64, 8, 8, false) },
	}
	for name, make := range made {
		loops, err := make()
		run(t, loops, err)
		again := func() {
			for i := range loops {
				pool1.Run(&loops[i])
			}
		}
		if a := testing.AllocsPerRun(3, again); a != 0 {
			t.Errorf("%s: %v allocations a run", name, a)
		}
	}
}
