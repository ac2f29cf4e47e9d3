package initializers_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
)

func draw(t *testing.T, like any, shape ...int) []float64 {
	t.Helper()
	i, err := initializers.Get(like)
	if err != nil {
		t.Fatal(err)
	}
	w, err := initializers.Draw(i, shape, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func moments(w []float64) (mean, std float64) {
	for _, x := range w {
		mean += x / float64(len(w))
	}
	for _, x := range w {
		std += (x - mean) * (x - mean) / float64(len(w))
	}
	return mean, math.Sqrt(std)
}

func TestStatistics(t *testing.T) {
	const in, out = 120, 80 // of a unit
	for _, c := range []struct {
		like        any
		mean, std   float64
		low, high   float64 // no value is outside, and some come near
		bounded     bool
		description string
	}{
		{"random_normal", 0, 0.05, 0, 0, false, "normal"},
		{initializers.RandomNormal{Mean: 2, Stddev: 0.5}, 2, 0.5, 0, 0, false, "normal with settings"},
		{"random_uniform", 0, 0.1 / math.Sqrt(12), -0.05, 0.05, true, "uniform"},
		{initializers.RandomUniform{Minval: 1, Maxval: 3}, 2, 2 / math.Sqrt(12), 1, 3, true, "uniform with settings"},
		{"truncated_normal", 0, 0.05 * 0.8796256610342398, -0.1, 0.1, true, "truncated"},
		{"glorot_uniform", 0, math.Sqrt(2.0 / (in + out)), -math.Sqrt(6.0 / (in + out)), math.Sqrt(6.0 / (in + out)), true, "glorot_uniform"},
		{"glorot_normal", 0, math.Sqrt(2.0 / (in + out)), 0, 0, false, "glorot_normal"},
		{"he_uniform", 0, math.Sqrt(2.0 / in), -math.Sqrt(6.0 / in), math.Sqrt(6.0 / in), true, "he_uniform"},
		{"he_normal", 0, math.Sqrt(2.0 / in), 0, 0, false, "he_normal"},
		{"lecun_uniform", 0, math.Sqrt(1.0 / in), -math.Sqrt(3.0 / in), math.Sqrt(3.0 / in), true, "lecun_uniform"},
		{"lecun_normal", 0, math.Sqrt(1.0 / in), 0, 0, false, "lecun_normal"},
		{initializers.VarianceScaling{Scale: 3, Mode: "fan_out", Distribution: "untruncated_normal"}, 0, math.Sqrt(3.0 / out), 0, 0, false, "variance scaling"},
	} {
		t.Run(c.description, func(t *testing.T) {
			w := draw(t, c.like, in, out)
			mean, std := moments(w)
			if e := 5 * c.std / math.Sqrt(in*out); math.Abs(mean-c.mean) > e {
				t.Errorf("the mean is %g, want %g ± %g", mean, c.mean, e)
			}
			if math.Abs(std/c.std-1) > 0.05 {
				t.Errorf("the standard deviation is %g, want %g", std, c.std)
			}
			if !c.bounded {
				return
			}
			width := c.high - c.low
			if lo, hi := slices.Min(w), slices.Max(w); lo < c.low || hi > c.high || lo > c.low+width/50 || hi < c.high-width/50 {
				t.Errorf("the values lie in [%g, %g], want [%g, %g]", lo, hi, c.low, c.high)
			}
		})
	}
}

func TestFans(t *testing.T) {
	for _, c := range []struct {
		shape    graph.Shape
		in, out  []int
		variance float64 // of lecun: 1/fan in
	}{
		{graph.Shape{3, 3, 40, 50}, nil, nil, 1.0 / 360},
		{graph.Shape{5000}, nil, nil, 1.0 / 5000},
		{graph.Shape{30, 8, 16}, []int{0}, []int{1, 2}, 1.0 / 30},
		{graph.Shape{30, 8, 16}, []int{0, -2}, []int{-1}, 1.0 / 240},
	} {
		_, std := moments(draw(t, initializers.LecunUniform{InputAxes: c.in, OutputAxes: c.out}, c.shape...))
		if math.Abs(std*std/c.variance-1) > 0.1 {
			t.Errorf("%v %v: variance %g, want %g", c.shape, c.in, std*std, c.variance)
		}
	}
}

func TestDeterminism(t *testing.T) {
	seeded := initializers.GlorotUniform{Seed: 7}
	if a, b := draw(t, seeded, 4, 5), draw(t, seeded, 4, 5); !slices.Equal(a, b) {
		t.Error("one seed gives two results")
	}
	r := rand.New(rand.NewPCG(3, 4))
	first, _ := initializers.Draw(initializers.HeNormal{}, graph.Shape{4}, r)
	second, _ := initializers.Draw(initializers.HeNormal{}, graph.Shape{4}, r)
	if slices.Equal(first, second) {
		t.Error("without a seed two weights get the same values")
	}
}

func TestFixedValues(t *testing.T) {
	for _, c := range []struct {
		like  any
		shape []int
		want  []float64
	}{
		{"zeros", []int{2}, []float64{0, 0}},
		{"ones", []int{2}, []float64{1, 1}},
		{initializers.Constant{Value: 3}, []int{2}, []float64{3, 3}},
		{initializers.Constant{Value: []float64{1, 2}}, []int{2, 2}, []float64{1, 2, 1, 2}},
		{initializers.Constant{Value: [][]int{{1}, {2}}}, []int{2, 2}, []float64{1, 1, 2, 2}},
		{initializers.Constant{}, []int{}, []float64{0}},
		{initializers.Identity{Gain: 2}, []int{2, 2}, []float64{2, 0, 0, 2}},
		{func(w []float64, shape graph.Shape, _ *rand.Rand) { w[0] = float64(len(shape)) }, []int{1, 1}, []float64{2}},
	} {
		if got := draw(t, c.like, c.shape...); !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.like, got, c.want)
		}
	}
}

func TestOrthogonal(t *testing.T) {
	for _, shape := range []graph.Shape{{4, 4}, {6, 3}, {3, 7}, {2, 3, 4}} {
		w := draw(t, initializers.Orthogonal{Gain: 2}, shape...)
		cols := shape.Dim(-1)
		rows := len(w) / cols
		at := func(i, k int) float64 { return w[k*cols+i] } // column i
		n, length := cols, rows
		if rows < cols {
			at = func(i, k int) float64 { return w[i*cols+k] }
			n, length = rows, cols
		}
		for i := range n {
			for j := range n {
				var dot, want float64
				for k := range length {
					dot += at(i, k) * at(j, k)
				}
				if i == j {
					want = 4
				}
				if math.Abs(dot-want) > 1e-12 {
					t.Errorf("%v: vectors %d and %d have the product %g, want %g", shape, i, j, dot, want)
				}
			}
		}
	}
}

func TestSTFT(t *testing.T) {
	const frame, bins = 8, 5
	for side, f := range map[string]func(float64) float64{"real": math.Cos, "imag": math.Sin} {
		w := draw(t, initializers.STFT{Side: side, Window: "none"}, frame, 1, bins)
		for n := range frame {
			for k := range bins {
				if want := f(-2 * math.Pi * float64(n*k) / 8); math.Abs(w[n*bins+k]-want) > 1e-12 {
					t.Fatalf("%s: sample %d of frequency %d is %g, want %g", side, n, k, w[n*bins+k], want)
				}
			}
		}
	}
	// frequency 0 of the real part is the window: of norm 1 for density, of sum 1 for spectrum
	for scaling, power := range map[string]float64{"density": 2, "spectrum": 1} {
		var total float64
		for n, w := range draw(t, initializers.STFT{Scaling: scaling}, frame, 1, bins) {
			if n%bins == 0 {
				total += math.Pow(w, power)
			}
		}
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("%s: the window adds up to %g, want 1", scaling, total)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		init  initializers.Initializer
		shape graph.Shape
		want  string
	}{
		{initializers.Identity{}, graph.Shape{2, 3}, "square matrix"},
		{initializers.Orthogonal{}, graph.Shape{2}, "at least two axes"},
		{initializers.Constant{Value: []int{1, 2}}, graph.Shape{3}, "does not broadcast to (3,)"},
		{initializers.Constant{Value: "x"}, graph.Shape{3}, "no number"},
		{initializers.VarianceScaling{Mode: "fan"}, graph.Shape{3}, `unknown Mode "fan"`},
		{initializers.VarianceScaling{Distribution: "cauchy"}, graph.Shape{3}, `unknown Distribution "cauchy"`},
		{initializers.VarianceScaling{Scale: -1}, graph.Shape{3}, "Scale is -1"},
		{initializers.HeNormal{InputAxes: []int{0}, OutputAxes: []int{2}}, graph.Shape{3, 3}, "axis 2"},
		{initializers.STFT{}, graph.Shape{8, 2, 5}, "frame length"},
	} {
		if _, err := initializers.Draw(c.init, c.shape, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v of %v gave the error %v, want %q", c.init, c.shape, err, c.want)
		}
	}
	if _, err := initializers.Get("he_norml"); err == nil || !strings.Contains(err.Error(), `"he_normal"`) {
		t.Errorf("a misspelt name gave %v", err)
	}
}

func TestConfigs(t *testing.T) {
	d := &config.Decoder{}
	for _, i := range []any{
		initializers.GlorotUniform{Seed: 3}, initializers.VarianceScaling{Scale: 2, InputAxes: []int{0}, OutputAxes: []int{1}},
		initializers.RandomNormal{Stddev: 0.5}, initializers.STFT{Window: "none"}, initializers.Constant{Value: 2.5}, initializers.Zeros{},
	} {
		o, err := config.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		e := o.(config.Object)
		back, err := d.Decode(map[string]any{"class_name": e.ClassName, "module": e.Module, "config": e.Config}, "initializer")
		if err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		again, err := config.Encode(back)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(again) != fmt.Sprint(o) {
			t.Errorf("%+v was written as %v and read as %v", i, o, again)
		}
	}
}

func Example() {
	w, err := initializers.Draw(initializers.Constant{Value: []float64{1, 2, 3}}, graph.Shape{2, 3}, nil)
	fmt.Println(w, err)

	_, err = initializers.Draw(initializers.Identity{}, graph.Shape{2, 3}, nil)
	fmt.Println(err)
	// Output:
	// [1 2 3 1 2 3] <nil>
	// initializers.Identity of shape (2, 3): the identity needs a square matrix
}
