package schedules_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

func TestRates(t *testing.T) {
	cos := func(p float64) float64 { return (1 + math.Cos(math.Pi*p)) / 2 }
	for _, c := range []struct {
		s     schedules.Schedule
		steps []int
		want  []float64
	}{
		{schedules.ExponentialDecay{InitialLearningRate: 0.1, DecaySteps: 10, DecayRate: 0.5}, []int{0, 5, 10, 20}, []float64{0.1, 0.1 * math.Sqrt(0.5), 0.05, 0.025}},
		{schedules.ExponentialDecay{InitialLearningRate: 0.1, DecaySteps: 10, DecayRate: 0.5, Staircase: true}, []int{9, 10}, []float64{0.1, 0.05}},
		{schedules.InverseTimeDecay{InitialLearningRate: 0.1, DecaySteps: 10, DecayRate: 2}, []int{0, 5}, []float64{0.1, 0.05}},
		{schedules.PolynomialDecay{InitialLearningRate: 0.1, DecaySteps: 10}, []int{0, 5, 10, 50}, []float64{0.1, 0.05005, 0.0001, 0.0001}},
		{schedules.PolynomialDecay{InitialLearningRate: 1, DecaySteps: 10, EndLearningRate: graph.Zero, Power: 2, Cycle: true}, []int{0, 5, 15}, []float64{1, 0.25, 0.0625}},
		{schedules.PiecewiseConstantDecay{Boundaries: []int{10, 20}, Values: []float64{1, 0.5, 0.1}}, []int{0, 10, 11, 20, 21}, []float64{1, 1, 0.5, 0.5, 0.1}},
		{schedules.CosineDecay{InitialLearningRate: 0.2, DecaySteps: 10, Alpha: 0.1}, []int{0, 3, 10, 99}, []float64{0.2, 0.2 * (0.9*cos(0.3) + 0.1), 0.02, 0.02}},
		{schedules.CosineDecay{InitialLearningRate: 0.1, DecaySteps: 10, WarmupTarget: 0.5, WarmupSteps: 4}, []int{0, 2, 4, 9, 14}, []float64{0.1, 0.3, 0.5, 0.25, 0}},
		{schedules.CosineDecayRestarts{InitialLearningRate: 1, FirstDecaySteps: 10, MMul: 0.5}, []int{0, 5, 20, 40}, []float64{1, 0.5, 0.25, 0.125 * 2 * cos(1.0/4)}},
		{schedules.CosineDecayRestarts{InitialLearningRate: 1, FirstDecaySteps: 10, TMul: 1}, []int{0, 5, 10, 15}, []float64{1, 0.5, 1, 0.5}},
		{schedules.Func(func(step *graph.Node) *graph.Node { return ops.Div(1, ops.Add(ops.Cast(step, graph.Float32), 1)) }), []int{0, 3}, []float64{1, 0.25}},
	} {
		got, err := schedules.At(c.s, c.steps...)
		if err != nil {
			t.Fatalf("%+v: %v", c.s, err)
		}
		for i, want := range c.want {
			if math.Abs(got[i]-want) > 1e-6 {
				t.Errorf("%+v at %d: got %g, want %g", c.s, c.steps[i], got[i], want)
			}
		}
	}
}

func TestMistakes(t *testing.T) {
	for want, s := range map[string]schedules.Schedule{
		"ExponentialDecay: the number of decay steps is 0": schedules.ExponentialDecay{},
		"CosineDecayRestarts: the number":                  schedules.CosineDecayRestarts{FirstDecaySteps: -1},
		"2 boundaries need 3 values, got 1":                schedules.PiecewiseConstantDecay{Boundaries: []int{1, 2}, Values: []float64{1}},
		"do not ascend":                                    schedules.PiecewiseConstantDecay{Boundaries: []int{2, 1}, Values: []float64{1, 2, 3}},
		"the schedule is nil":                              nil,
	} {
		if _, err := schedules.At(s, 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v gave the error %v, want %q", s, err, want)
		}
	}
}

func ExampleAt() {
	rates, err := schedules.At(schedules.ExponentialDecay{InitialLearningRate: 0.5, DecaySteps: 100, DecayRate: 0.5}, 0, 100, 200)
	fmt.Println(rates, err)
	// Output: [0.5 0.25 0.125] <nil>
}
