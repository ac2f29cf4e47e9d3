package optimizers_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// sgd is gradient descent at rate 1.
func sgd(c optimizers.Common) *optimizers.SGD { return &optimizers.SGD{LearningRate: 1, Common: c} }

func TestClipping(t *testing.T) {
	for _, c := range []struct {
		name   string
		common optimizers.Common
		a, b   []float64
	}{
		{"norm", optimizers.Common{ClipNorm: 1}, []float64{0.6, 0.8}, []float64{0, 0.5}},
		{"global norm", optimizers.Common{GlobalClipNorm: 1}, []float64{3 / math.Sqrt(25.25), 4 / math.Sqrt(25.25)}, []float64{0, 0.5 / math.Sqrt(25.25)}},
		{"value", optimizers.Common{ClipValue: 0.25}, []float64{0.25, 0.25}, []float64{0, 0.25}},
		{"loss scale", optimizers.Common{LossScaleFactor: 4}, []float64{0.75, 1}, []float64{0, 0.125}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, q := param(t, "kernel", 0, 0), param(t, "bias", 0, 0)
			trainer(t, sgd(c.common), p, q)([]float64{3, 4}, []float64{0, 0.5})
			near(t, "kernel", values(p), []float64{-c.a[0], -c.a[1]}, 1e-6)
			near(t, "bias", values(q), []float64{-c.b[0], -c.b[1]}, 1e-6)
		})
	}
}

func TestWeightDecay(t *testing.T) {
	p, q := param(t, "kernel", 2), param(t, "bias", 2)
	opt := sgd(optimizers.Common{WeightDecay: 0.1, NoWeightDecay: []string{"bias"}})
	trainer(t, opt, p, q)([]float64{1}, []float64{1})
	near(t, "kernel", values(p), []float64{2 - 0.2 - 1}, 1e-6)
	near(t, "bias", values(q), []float64{1}, 1e-6)
}

func TestGradientAccumulation(t *testing.T) {
	p := param(t, "kernel", 0)
	opt := &optimizers.SGD{LearningRate: 1, Momentum: 0.5, Common: optimizers.Common{GradientAccumulationSteps: 2}}
	step := trainer(t, opt, p)
	want := []float64{0, -2, -2, -2 - 1 - 5}
	for i, g := range []float64{1, 3, 4, 6} {
		step([]float64{g})
		near(t, "after gradient", values(p), want[i:i+1], 1e-6)
	}
}

func TestMovingAverage(t *testing.T) {
	p := param(t, "kernel", 0)
	opt := sgd(optimizers.Common{UseEMA: true, EMAMomentum: 0.5, EMAOverwriteFrequency: 3})
	step := trainer(t, opt, p)
	// values -1, -2; averages -1, -1.5; then -3 with the average -2.25, which the parameter takes
	for _, want := range []float64{-1, -2, -2.25} {
		step([]float64{1})
		near(t, "kernel", values(p), []float64{want}, 1e-6)
	}
	step([]float64{1}) // -3.25, average -2.75
	if err := optimizers.Finalize(opt); err != nil {
		t.Fatal(err)
	}
	near(t, "finalized", values(p), []float64{-2.75}, 1e-6)
}

func TestConstraintAfterTheStep(t *testing.T) {
	p, err := graph.MakeParam(graph.ParamConfig{
		Name: "kernel", Spec: graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{2}},
		Constraint: func(w *graph.Node) *graph.Node { return ops.Maximum(w, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	trainer(t, sgd(optimizers.Common{}), p)([]float64{1, -1})
	near(t, "kernel", values(p), []float64{0, 1}, 0)
}

func TestNilGradientLeavesAlone(t *testing.T) {
	p, q := param(t, "kernel", 1), param(t, "bias", 2)
	g := graph.New("step")
	d := g.Input("g", graph.Shape{1})
	updates := sgd(optimizers.Common{WeightDecay: 0.5}).Updates([]*graph.Param{p, q}, graph.Nodes{nil, d})
	for _, u := range updates {
		if u.Param == p {
			t.Errorf("a parameter without gradient is updated: %v", u.Value)
		}
	}
	if len(updates) != 2 { // bias and the step count
		t.Errorf("%d updates, want 2", len(updates))
	}
}

func TestMistakes(t *testing.T) {
	p, q := param(t, "kernel", 1, 2), param(t, "bias", 1)
	g := graph.New("step")
	d, wrong := g.Input("d", graph.Shape{2}), g.Input("wrong", graph.Shape{3})
	used := sgd(optimizers.Common{})
	used.Updates([]*graph.Param{p}, graph.Nodes{d})
	for _, c := range []struct {
		name   string
		opt    optimizers.Optimizer
		params []*graph.Param
		grads  graph.Nodes
		want   string
	}{
		{"two clips", sgd(optimizers.Common{ClipNorm: 1, ClipValue: 1}), []*graph.Param{p}, graph.Nodes{d}, "set only one"},
		{"accumulation", sgd(optimizers.Common{GradientAccumulationSteps: 1}), []*graph.Param{p}, graph.Nodes{d}, "at least 2"},
		{"ema", sgd(optimizers.Common{UseEMA: true, EMAMomentum: 2}), []*graph.Param{p}, graph.Nodes{d}, "EMAMomentum is 2"},
		{"shape", sgd(optimizers.Common{}), []*graph.Param{p}, graph.Nodes{wrong}, "the gradient of dense/kernel is float32 (3,), the parameter is float32 (2,)"},
		{"count", sgd(optimizers.Common{}), []*graph.Param{p, q}, graph.Nodes{d}, "1 gradients for 2 parameters"},
		{"none", sgd(optimizers.Common{}), []*graph.Param{p}, graph.Nodes{nil}, "no gradients"},
		{"other parameters", used, []*graph.Param{q}, graph.Nodes{g.Input("e", graph.Shape{1})}, "make a new optimizer"},
		{"no inner", &optimizers.LossScaleOptimizer{}, []*graph.Param{p}, graph.Nodes{d}, "InnerOptimizer is nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := engine.Compile(engine.Config{Updates: c.opt.Updates(c.params, c.grads)})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got the error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestVariablesInKerasOrder(t *testing.T) {
	p, q := param(t, "kernel", 1), param(t, "bias", 1)
	for _, c := range []struct {
		opt  optimizers.Optimizer
		want string
	}{
		{&optimizers.Adam{AMSGrad: true}, "iteration learning_rate dense_kernel_momentum dense_kernel_velocity dense_bias_momentum dense_bias_velocity dense_kernel_velocity_hat dense_bias_velocity_hat"},
		{&optimizers.RMSprop{Momentum: 0.1, Centered: true}, "iteration learning_rate dense_kernel_velocity dense_bias_velocity dense_kernel_momentum dense_bias_momentum dense_kernel_average_gradient dense_bias_average_gradient"},
		{&optimizers.Nadam{Schedule: schedules.CosineDecay{DecaySteps: 1}}, "iteration dense_kernel_momentum dense_kernel_velocity dense_bias_momentum dense_bias_velocity u_product"},
		{&optimizers.SGD{Momentum: 0.1, Common: optimizers.Common{GradientAccumulationSteps: 2}}, "iteration learning_rate dense_kernel_gradient_accumulator dense_bias_gradient_accumulator dense_kernel_momentum dense_bias_momentum"},
	} {
		if err := optimizers.Build(c.opt, []*graph.Param{p, q}); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range optimizers.Variables(c.opt) {
			names = append(names, v.Name())
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%T keeps\n%s\nwant\n%s", c.opt, got, c.want)
		}
	}
}

func TestLearningRate(t *testing.T) {
	opt := &optimizers.Adam{}
	if got := optimizers.LearningRate(opt); float32(got) != 0.001 {
		t.Errorf("the default rate is %g", got)
	}
	p := param(t, "kernel", 0)
	plain := sgd(optimizers.Common{})
	step := trainer(t, plain, p)
	if err := optimizers.SetLearningRate(plain, 0.25); err != nil {
		t.Fatal(err)
	}
	step([]float64{1})
	near(t, "kernel", values(p), []float64{-0.25}, 0)

	scheduled := &optimizers.SGD{Schedule: schedules.PiecewiseConstantDecay{Boundaries: []int{0}, Values: []float64{1, 0.5}}}
	q := param(t, "bias", 0)
	step = trainer(t, scheduled, q)
	step([]float64{1})
	step([]float64{1})
	near(t, "bias", values(q), []float64{-1.5}, 1e-6)
	if got := optimizers.LearningRate(scheduled); got != 0.5 {
		t.Errorf("the scheduled rate is %g, want 0.5", got)
	}
	if err := optimizers.SetLearningRate(scheduled, 1); err == nil || !strings.Contains(err.Error(), "Schedule") {
		t.Errorf("setting a scheduled rate gave %v", err)
	}
}

func TestLossScaling(t *testing.T) {
	p := param(t, "kernel", 1)
	opt := &optimizers.LossScaleOptimizer{InnerOptimizer: sgd(optimizers.Common{}), InitialScale: 4, DynamicGrowthSteps: 2}
	step := trainer(t, opt, p)
	scale := optimizers.Variables(opt)[3]
	for _, c := range []struct{ grad, scale, w float64 }{{4, 4, 0}, {4, 8, -1}, {math.Inf(1), 4, -1}, {math.NaN(), 2, -1}, {2, 2, -2}} {
		step([]float64{c.grad})
		near(t, "scale", values(scale), []float64{c.scale}, 0)
		near(t, "kernel", values(p), []float64{c.w}, 0)
	}
}

func TestCloneForgets(t *testing.T) {
	p := param(t, "kernel", 0)
	opt := &optimizers.SGD{LearningRate: 1, Momentum: 0.5}
	trainer(t, opt, p)([]float64{1})
	c := optimizers.Clone(opt)
	if n := len(optimizers.Variables(c)); n != 2 {
		t.Errorf("the clone keeps %d variables, want 2", n)
	}
	if got := values(optimizers.Iterations(opt)); got[0] != 1 {
		t.Errorf("the original made %v steps", got)
	}
	if s := c.(*optimizers.SGD); s.Momentum != 0.5 {
		t.Errorf("the clone's momentum is %g", s.Momentum)
	}
}

func TestGetByName(t *testing.T) {
	for _, name := range []string{"sgd", "adam", "AdamW", "adamw", "rmsprop", "RMSprop", "nadam", "adamax", "adagrad", "adadelta", "ftrl", "lion", "lamb", "adafactor", "muon"} {
		a, err := optimizers.Get(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if b, _ := optimizers.Get(name); a == b {
			t.Errorf("%s: two Gets give one optimizer", name)
		}
	}
	if _, err := optimizers.Get("adm"); err == nil || !strings.Contains(err.Error(), `unknown optimizer "adm": did you mean`) {
		t.Errorf(`Get("adm") gave %v`, err)
	}
}

func TestConfigRoundTrip(t *testing.T) {
	for _, opt := range []optimizers.Optimizer{
		&optimizers.Adam{LearningRate: 0.5, AMSGrad: true, Beta1: 0.8, Common: optimizers.Common{ClipNorm: 2, Name: "a"}},
		&optimizers.AdamW{WeightDecay: 0.1, Common: optimizers.Common{Name: "b"}},
		&optimizers.SGD{Schedule: schedules.ExponentialDecay{InitialLearningRate: 0.1, DecaySteps: 5, DecayRate: 0.5}, Common: optimizers.Common{Name: "c"}},
		&optimizers.LossScaleOptimizer{InnerOptimizer: &optimizers.RMSprop{Rho: 0.5}},
	} {
		tree, err := config.Encode(opt)
		if err != nil {
			t.Fatal(err)
		}
		plain := asJSON(t, tree)
		again, err := (&config.Decoder{}).Decode(plain, "optimizer")
		if err != nil {
			t.Fatalf("%v: %v", plain, err)
		}
		twice, err := config.Encode(again)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain, asJSON(t, twice)) {
			t.Errorf("%T: %v became %v", opt, plain, twice)
		}
	}
}

func TestMultiOptimizer(t *testing.T) {
	p, q := param(t, "kernel", 0), param(t, "bias", 0)
	slow := &optimizers.SGD{LearningRate: 0.25}
	opt := &optimizers.MultiOptimizer{OptimizerMap: optimizers.OptimizerMap{
		DefaultOptimizer: sgd(optimizers.Common{}), OptimizerMap: map[string]optimizers.Optimizer{".*/bias": slow},
	}}
	trainer(t, opt, p, q)([]float64{1}, []float64{1})
	near(t, "kernel", values(p), []float64{-1}, 0)
	near(t, "bias", values(q), []float64{-0.25}, 0)
	if n := len(optimizers.Variables(opt)); n != 6 { // three step counts and rates
		t.Errorf("it keeps %d variables, want 6", n)
	}

	opt.OptimizerMap.OptimizerMap["dense/.*"] = slow
	g := graph.New("step")
	d := g.Input("g", graph.Shape{1})
	_, err := engine.Compile(engine.Config{Updates: opt.Updates([]*graph.Param{q}, graph.Nodes{d})})
	if err == nil || !strings.Contains(err.Error(), `dense/bias matches ".*/bias" and "dense/.*"`) {
		t.Errorf("two matching patterns gave %v", err)
	}
}
