package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

var recurrentShapes = []RecurrentShape{
	{Batch: 1, Steps: 3, Units: 1}, {Batch: 2, Steps: 1, Units: 7}, {Batch: 3, Steps: 4, Units: 8}, {Batch: 5, Steps: 2, Units: 19, Reverse: true},
	{Batch: 17, Steps: 3, Units: 16}, {Batch: 33, Steps: 2, Units: 37, Reverse: true}, {Batch: 2, Steps: 0, Units: 5}, {Batch: 0, Steps: 2, Units: 4},
	{Batch: 1, Steps: 5, Units: 100}, {Batch: 7, Steps: 2, Units: 130},
}

// runs is the loops of one kernel over fresh operands, and its results.
type runs[T Float] func(t *testing.T, s RecurrentShape, wanted bool) (loops []par.Loop, results [][]T)

// drawn makes operands that are the same at each call; where a result is not wanted it is nil.
type drawn[T Float] struct {
	draw    func(n int) []T
	wanted  bool
	results [][]T
}

func newDrawn[T Float](wanted bool) *drawn[T] {
	r := newRand()
	return &drawn[T]{draw: func(n int) []T { return values[T](r, n) }, wanted: wanted}
}

// small are values near 0, so that states do not grow with the units.
func (d *drawn[T]) small(n int) []T {
	x := d.draw(n)
	for i := range x {
		x[i] /= 16
	}
	return x
}

// result is memory for a result.
func (d *drawn[T]) result(n int) []T {
	x := make([]T, n)
	d.results = append(d.results, x)
	return x
}

// perhaps is memory for a result that may be left out.
func (d *drawn[T]) perhaps(n int) []T {
	if d.wanted {
		return d.result(n)
	}
	return nil
}

func lstmRuns[T Float](t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
	d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
	loops, err := LSTM(&LSTMForward[T]{RecurrentShape: s, Z: d.draw(4 * n * u), Kernel: d.small(4 * u * u), H0: d.draw(b * u), C0: d.draw(b * u),
		H: d.result(b * u), C: d.result(b * u), Ys: d.perhaps(n * u), Gates: d.perhaps(4 * n * u), Hs: d.perhaps(n * u), Cs: d.perhaps(n * u)})
	noError(t, err)
	return loops, d.results
}

func lstmGradRuns[T Float](t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
	d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
	l := &LSTMBackward[T]{RecurrentShape: s, Kernel: d.small(4 * u * u), Gates: d.small(4 * n * u), Cs: d.draw(n * u), DH: d.draw(b * u), DC: d.draw(b * u),
		DH0: d.result(b * u), DC0: d.result(b * u), DZ: d.perhaps(4 * n * u)}
	if wanted {
		l.DYs = d.draw(n * u)
	}
	loops, err := LSTMGrad(l)
	noError(t, err)
	return loops, d.results
}

func gruRuns[T Float](t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
	d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
	loops, err := GRU(&GRUForward[T]{RecurrentShape: s, X: d.draw(3 * n * u), Kernel: d.small(3 * u * u), Bias: d.draw(3 * u), H0: d.draw(b * u),
		H: d.result(b * u), Ys: d.perhaps(n * u), Gates: d.perhaps(4 * n * u), Hs: d.perhaps(n * u)})
	noError(t, err)
	return loops, d.results
}

func gruGradRuns[T Float](t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
	d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
	g := &GRUBackward[T]{RecurrentShape: s, Kernel: d.small(3 * u * u), Gates: d.small(4 * n * u), Hs: d.draw(n * u), DH: d.draw(b * u),
		DH0: d.result(b * u), DX: d.perhaps(3 * n * u), DS: d.perhaps(3 * n * u)}
	if wanted {
		g.DYs = d.draw(n * u)
	}
	loops, err := GRUGrad(g)
	noError(t, err)
	return loops, d.results
}

func simpleRuns[T Float](activation string) runs[T] {
	return func(t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
		d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
		loops, err := SimpleRNN(&SimpleRNNForward[T]{RecurrentShape: s, Activation: activation, X: d.draw(n * u), Kernel: d.small(u * u), H0: d.draw(b * u),
			H: d.result(b * u), Ys: d.perhaps(n * u), Hs: d.perhaps(n * u)})
		noError(t, err)
		return loops, d.results
	}
}

func simpleGradRuns[T Float](activation string) runs[T] {
	return func(t *testing.T, s RecurrentShape, wanted bool) ([]par.Loop, [][]T) {
		d, n, b, u := newDrawn[T](wanted), s.Batch*s.Steps, s.Batch, s.Units
		r := &SimpleRNNBackward[T]{RecurrentShape: s, Activation: activation, Kernel: d.small(u * u), Ys: d.small(n * u), DH: d.draw(b * u),
			DH0: d.result(b * u), DX: d.perhaps(n * u)}
		if wanted {
			r.DYs = d.draw(n * u)
		}
		loops, err := SimpleRNNGrad(r)
		noError(t, err)
		return loops, d.results
	}
}

// The kernels of the processor give what portable ones give, with any results left out, and any number of threads the same bits.
func TestRecurrent(t *testing.T) {
	t.Run("float32", testRecurrent[float32])
	t.Run("float64", testRecurrent[float64])
}

func testRecurrent[T Float](t *testing.T) {
	three := par.New(3)
	defer three.Close()
	for name, run := range map[string]runs[T]{
		"lstm": lstmRuns[T], "lstm_dx": lstmGradRuns[T], "gru": gruRuns[T], "gru_dx": gruGradRuns[T],
		"tanh": simpleRuns[T]("tanh"), "tanh_dx": simpleGradRuns[T]("tanh"), "relu": simpleRuns[T]("relu"), "relu_dx": simpleGradRuns[T]("relu"),
	} {
		for _, s := range recurrentShapes {
			t.Run(fmt.Sprintf("%s/%dx%dx%d", name, s.Batch, s.Steps, s.Units), func(t *testing.T) {
				var loops []par.Loop
				var want [][]T
				noError(t, Build(true, func() error { loops, want = run(t, s, true); return nil }))
				runSerial(loops)
				loops, all := run(t, s, true)
				runSerial(loops)
				loops, threads := run(t, s, true)
				for i := range loops {
					three.Run(&loops[i])
				}
				for k := range want {
					for i, v := range want[k] {
						if threads[k][i] != all[k][i] {
							t.Fatalf("result %d: element %d is %v on one thread and %v on three", k, i, all[k][i], threads[k][i])
						}
						if math.Abs(float64(v-all[k][i])) > 2e-4*(1+math.Abs(float64(v))) {
							t.Fatalf("result %d: element %d is %v, portable %v", k, i, all[k][i], v)
						}
					}
				}
			})
		}
	}
}

// Results that are left out change no bit of the others.
func TestRecurrentLeavesOut(t *testing.T) {
	s := RecurrentShape{Batch: 19, Steps: 3, Units: 21}
	for name, run := range map[string]runs[float32]{"lstm": lstmRuns[float32], "gru": gruRuns[float32], "tanh": simpleRuns[float32]("tanh")} {
		loops, all := run(t, s, true)
		runSerial(loops)
		loops, few := run(t, s, false)
		runSerial(loops)
		for k := range few {
			for i, v := range few[k] {
				if v != all[k][i] {
					t.Fatalf("%s: element %d of result %d is %v alone and %v with others", name, i, k, v, all[k][i])
				}
			}
		}
	}
	for name, run := range map[string]runs[float32]{"lstm": lstmGradRuns[float32], "gru": gruGradRuns[float32], "tanh": simpleGradRuns[float32]("tanh")} {
		loops, few := run(t, s, false)
		runSerial(loops)
		for _, v := range few[0] {
			if v != v {
				t.Fatalf("%s: a gradient without cotangents of the outputs is NaN", name)
			}
		}
	}
}

func TestRecurrentErrors(t *testing.T) {
	s := RecurrentShape{Batch: 2, Steps: 3, Units: 4}
	for name, err := range map[string]error{
		"lstm":          second(LSTM(&LSTMForward[float32]{RecurrentShape: s})),
		"lstm_dx":       second(LSTMGrad(&LSTMBackward[float32]{RecurrentShape: s})),
		"gru":           second(GRU(&GRUForward[float32]{RecurrentShape: s})),
		"gru_dx":        second(GRUGrad(&GRUBackward[float32]{RecurrentShape: s})),
		"simple_rnn":    second(SimpleRNN(&SimpleRNNForward[float32]{RecurrentShape: s, Activation: "tanh"})),
		"simple_rnn_dx": second(SimpleRNNGrad(&SimpleRNNBackward[float32]{RecurrentShape: s})),
		"activation":    second(SimpleRNN(&SimpleRNNForward[float32]{RecurrentShape: s, Activation: "no"})),
	} {
		if err == nil {
			t.Errorf("%s: operands that are too short are no error", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
