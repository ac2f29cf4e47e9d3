package ops_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// TestSignals compares with what NumPy, SciPy and Keras give.
func TestSignals(t *testing.T) {
	g := graph.New("signals")
	v := g.Const([]float64{1, 2, 0, -1})
	re, im := ops.FFT(v, g.Const([]float64{0, 0, 0, 1}))
	half, other := ops.RFFT(v, 0)
	back := ops.IRFFT(half, other, 0)
	compareValues(t, []valueCase{
		{"fft re", re, "(4,) [2 0 0 2]"},
		{"fft im", ops.Round(im, 6), "(4,) [1 -3 -1 3]"},
		{"rfft", ops.Round(half, 6), "(3,) [2 1 0]"},
		{"irfft", ops.Round(back, 6), "(4,) [1 2 -0 -1]"},
		{"i0", ops.Round(ops.I0(g.Const([]float64{0, -1, 10})), 4), "(3,) [1 1.2661 2815.7166]"},
		{"angle", ops.Angle(g.Const([]float64{2, -2})), "(2,) [0 3.14159]"},
		{"linspace", ops.LinspaceBetween(g.Const([]float64{0, 10}), g.Const([]float64{1, 12}), 3, true), "(3, 2) [0 10 0.5 11 1 12]"},
		{"geomspace", ops.GeomspaceBetween(g.Const([]float64{1}), 16.0, 3, true), "(3, 1) [1 4 16]"},
		{"hsv", ops.Round(ops.RGBToHSV(g.Const([][][]float64{{{0.5, 0.25, 0.25}, {0, 0, 1}}})), 6), "(1, 2, 3) [0 0.5 0.5 0.66667 1 1]"},
		{"uint8 sum", ops.Cast(ops.Sum(ops.Cast(g.Const([]int{200, 100}), graph.Uint8)), graph.Int32), "() [300]"},
		{"select keeps integers", ops.Select(graph.Nodes{g.Const([]bool{true, false})}, graph.Nodes{g.Const([]int{5, 6})}, 0), "(2,) [5 0]"},
	})
}

func TestDivisors(t *testing.T) {
	g := graph.New("divisors")
	for _, d := range []graph.Dtype{graph.Int32, graph.Int64, graph.Uint32, graph.Int16} {
		a, b := ops.Cast(g.Const([]int{12, 18, 0}), d), ops.Cast(g.Const([]int{18, 12, 5}), d)
		got := computed(t, engine.Config{Outputs: graph.Nodes{ops.Gcd(a, b), ops.Lcm(a, b)}})
		if !slices.Equal(got[0], []float64{6, 6, 5}) || !slices.Equal(got[1], []float64{36, 36, 0}) {
			t.Errorf("%s: gcd %v, lcm %v", d, got[0], got[1])
		}
	}
}

// TestSmallIntegers computes in the integers that have no kernels of their own.
func TestSmallIntegers(t *testing.T) {
	g := graph.New("small")
	for d, want := range map[graph.Dtype][]float64{
		graph.Int8: {-56, 44}, graph.Int16: {200, 300}, graph.Uint16: {200, 300}, graph.Uint32: {200, 300},
	} {
		x := ops.Cast(g.Const([]int{100, 150}), d)
		sum := ops.Add(x, x)
		back := ops.Cast(ops.Cast(sum, graph.Float64), d)
		wrapped := ops.Sub(ops.ZerosLike(x), ops.OnesLike(x))
		got := computed(t, engine.Config{Outputs: graph.Nodes{sum, back, wrapped, ops.Cast(g.Const([]bool{true, false}), d), ops.Cast(sum, graph.Bool)}})
		least := -1.0
		if d.IsUnsigned() {
			least = float64(uint64(1)<<(8*d.Size()) - 1)
		}
		if !slices.Equal(got[0], want) || !slices.Equal(got[1], want) || got[2][0] != least || !slices.Equal(got[3], []float64{1, 0}) || got[4][0] != 1 {
			t.Errorf("%s: %v, want the sum %v and 0 - 1 = %v", d, got, want, least)
		}
	}
}

func TestInverseSTFT(t *testing.T) {
	g := graph.New("stft")
	x := g.Const([]float64{1, 2, 0, -1, 3, 0.5, 4, -2})
	o := ops.STFTOptions{SequenceLength: 4, SequenceStride: 2, FFTLength: 4}
	re, im := ops.STFT(x, o)
	top := ops.Quantile(g.Const([]float64{1, math.Inf(1)}), 1, "linear")
	got := computed(t, engine.Config{Outputs: graph.Nodes{x, ops.ISTFT(re, im, o), top}})
	for i, want := range got[0] {
		if math.Abs(got[1][i]-want) > 1e-12 {
			t.Errorf("element %d: %v, want %v", i, got[1][i], want)
		}
	}
	if !math.IsInf(got[2][0], 1) {
		t.Errorf("the largest of 1 and +Inf is %v", got[2][0])
	}
}

func TestMapCoordinates(t *testing.T) {
	for _, c := range []struct {
		mode  string
		order int
		at    []float64
		want  []float32
	}{
		{"nearest", 1, []float64{-2, 0.5, 9}, []float32{1, 1.5, -1}},
		{"wrap", 0, []float64{-1, 4, 5}, []float32{-1, 1, 2}},
		{"mirror", 0, []float64{-1, 4, 5}, []float32{2, 0, 2}},
		{"reflect", 0, []float64{-1, 4, 5}, []float32{1, -1, 0}},
		{"constant", 0, []float64{-1, 0, 4}, []float32{7, 1, 7}},
	} {
		g := graph.New(c.mode)
		y := ops.MapCoordinates(g.Const([]float32{1, 2, 0, -1}), graph.Nodes{g.Const(c.at)}, c.order, c.mode, 7)
		f, err := engine.Compile(engine.Config{Outputs: graph.Nodes{y}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if values := got[0].Data(); !slices.Equal(values.([]float32), c.want) {
			t.Errorf("%s: %v, want %v", c.mode, values, c.want)
		}
	}
}

func TestSignalErrors(t *testing.T) {
	g := graph.New("errors")
	v, m := g.Const([]float64{1, 2}), g.Const([][]float64{{1, 2}})
	for name, n := range map[string]*graph.Node{
		"other mode":   ops.MapCoordinates(v, graph.Nodes{v}, 1, "mean", 0),
		"other order":  ops.MapCoordinates(v, graph.Nodes{v}, 3, "wrap", 0),
		"other count":  ops.MapCoordinates(m, graph.Nodes{v}, 1, "wrap", 0),
		"other method": ops.ScaleAndTranslate(m, v, v, []int{0}, []int{1}, "nearest", false),
		"no colours":   ops.RGBToGrayscale(m),
		"gcd floats":   ops.Gcd(v, v),
		"two windows":  ops.ISTFT(v, v, ops.STFTOptions{SequenceLength: 2, SequenceStride: 1, FFTLength: 2}),
		"sobel of 2":   ops.SobelEdges(m),
		"patches":      ops.ExtractPatches(m, []int{2}),
		"blur":         ops.GaussianBlur(m, [2]int{3, 3}, [2]float64{1, 1}),
		"negative":     ops.LinspaceBetween(v, v, -1, true),
	} {
		if !n.Poisoned() {
			t.Errorf("%s: no error", name)
		}
	}
	for name, o := range map[string]ops.STFTOptions{
		"no stride":    {SequenceLength: 2, FFTLength: 2},
		"short":        {SequenceLength: 2, SequenceStride: 1, FFTLength: 1},
		"other window": {SequenceLength: 2, SequenceStride: 1, FFTLength: 2, Window: "flat"},
	} {
		if re, _ := ops.STFT(v, o); !re.Poisoned() {
			t.Errorf("%s: no error", name)
		}
	}
	if re, _ := ops.STFT(g.Const(1.0), ops.STFTOptions{SequenceLength: 2, SequenceStride: 1, FFTLength: 2}); !re.Poisoned() {
		t.Error("frames of a number: no error")
	}
	if re, _ := ops.FFT(v, m); !re.Poisoned() {
		t.Error("parts of different shapes: no error")
	}
}
