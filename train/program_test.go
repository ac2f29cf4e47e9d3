package train_test

import (
	"sync"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/distribution"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/regularizers"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// taxed adds 100 to the loss.
type taxed struct {
	Name string
	layers.Base
}

func (*taxed) Call(c *layers.Context, in ...*graph.Node) *graph.Node {
	c.AddLoss(ops.Add(ops.Mul(ops.Sum(in[0]), 0), 100))
	return in[0]
}

func TestPenalties(t *testing.T) {
	shared := &layers.Dense{Units: 1, NoBias: true, KernelInitializer: "ones", KernelRegularizer: regularizers.L2{L2: 10}}
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, shared, &taxed{})
	if err != nil {
		t.Fatal(err)
	}
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mse"})
	set := data.Arrays{X: []float32{1, 1, 1}, Y: []float32{1, 1, 1}}
	logs, err := m.Evaluate(ctx, set, train.EvaluateOptions{BatchSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", logs["loss"], 110)
	if _, err := m.TrainOnBatch(ctx, data.Batch(set)); err != nil {
		t.Fatal(err)
	}
	near(t, "w after a step on the penalty alone", weight(m), 1-0.01*20)

	// Frozen weights are not penalized.
	shared.SetTrainable(false)
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mse"})
	logs, err = m.Evaluate(ctx, data.Arrays{X: []float32{0}, Y: []float32{0}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss of a frozen model", logs["loss"], 100)
}

func TestMask(t *testing.T) {
	m, err := sequential.New(&layers.Input{Shape: []int{3}, Dtype: graph.Int32}, &layers.Embedding{InputDim: 3, OutputDim: 1, MaskZero: true, EmbeddingsInitializer: "ones"})
	if err != nil {
		t.Fatal(err)
	}
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mse"})
	logs, err := m.TestOnBatch(ctx, data.Batch{X: [][]int{{1, 2, 0}, {1, 0, 0}}, Y: [][][]float32{{{2}, {3}, {50}}, {{1}, {50}, {50}}}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss over the steps kept", logs["loss"], (1+4+0)/3.0)
}

func TestMetricNames(t *testing.T) {
	under := func(yTrue, yPred *graph.Node) *graph.Node {
		return ops.Mean(ops.Cast(ops.Less(yTrue, yPred), graph.Float32), -1)
	}
	m := slope(t, train.Config{Metrics: []any{"mae", "mae", under}, WeightedMetrics: []any{"mae"}})
	logs, err := m.TestOnBatch(ctx, data.Batch(ones(2)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"loss", "mae", "mae_1", "weighted_mae"} {
		near(t, name, logs[name], 1)
	}
	if len(logs) != 5 {
		t.Errorf("logs %v", logs)
	}
}

// TestMetricsByList: a list has one entry for each output, which may be a list.
func TestMetricsByList(t *testing.T) {
	m := twoHeads(t)
	compile(t, m, train.Config{Loss: []any{"mse", "mae"}, Metrics: []any{[]any{"mae"}, []string{"mse", "mae"}}})
	logs, err := m.TestOnBatch(ctx, data.Batch{X: []float32{1}, Y: []any{[]float32{0}, []float32{0}}})
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]float64{"loss": 7, "p_loss": 4, "q_loss": 3, "p_mae": 2, "q_mse": 9, "q_mae": 3} {
		near(t, k, logs[k], v)
	}
}

func TestTotalsOfBatches(t *testing.T) {
	m := slope(t, train.Config{Loss: "mae"})
	if err := m.SetLearningRate(0); err != nil {
		t.Fatal(err)
	}
	for _, want := range []float64{1, 4 / 3.0} {
		set := ones(2)
		if want > 1 {
			set = far
		}
		logs, err := m.TrainOnBatch(ctx, data.Batch(set))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "loss", logs["loss"], want)
	}
	if err := m.ResetMetrics(); err != nil {
		t.Fatal(err)
	}
	logs, err := m.TrainOnBatch(ctx, data.Batch(far))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss after ResetMetrics", logs["loss"], 2)
}

func TestFrozenAtCompile(t *testing.T) {
	m := slope(t, train.Config{})
	m.SetTrainable(false)
	if _, err := m.TrainOnBatch(ctx, data.Batch(ones(2))); err != nil {
		t.Fatal(err)
	}
	if weight(m) == 1 {
		t.Error("freezing took effect before Compile")
	}
	w := weight(m)
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mse"})
	if _, err := m.TrainOnBatch(ctx, data.Batch(ones(2))); err != nil {
		t.Fatal(err)
	}
	if weight(m) != w {
		t.Error("a frozen weight was trained")
	}
}

// TestUnused: an optimizer leaves alone what the loss does not depend on.
func TestUnused(t *testing.T) {
	m := twoHeads(t)
	compile(t, m, train.Config{Optimizer: "adamw", Loss: train.ByOutput{"p": "mse"}})
	before := data.Float64s(m.Weights()[1])[0]
	if _, err := m.TrainOnBatch(ctx, data.Batch{X: []float32{1}, Y: map[string]any{"p": []float32{0}}}); err != nil {
		t.Fatal(err)
	}
	if after := data.Float64s(m.Weights()[1])[0]; after != before {
		t.Errorf("the weight of an output without a loss went from %v to %v", before, after)
	}
}

// TestMixedPrecision: weights stay in float32, and the optimizer of 16-bit floats scales its loss.
func TestMixedPrecision(t *testing.T) {
	for _, policy := range []string{"mixed_bfloat16", "mixed_float16"} {
		m := slope(t, train.Config{DtypePolicy: policy})
		_, scaled := m.Optimizer().(*optimizers.LossScaleOptimizer)
		if scaled != (policy == "mixed_float16") {
			t.Errorf("%s: the optimizer is %T", policy, m.Optimizer())
		}
		for i := 0; i < 3 && weight(m) == 1; i++ { // the first gradient times 2^15 overflows 16 bits: that step is left out
			if _, err := m.TrainOnBatch(ctx, data.Batch(ones(2))); err != nil {
				t.Fatal(err)
			}
		}
		w := m.Weights()[0]
		if near(t, policy, weight(m), 1.2); w.Dtype() != tensor.Float32 {
			t.Errorf("%s: weights are %v", policy, w.Dtype())
		}
	}
}

func TestReplicas(t *testing.T) {
	set := rows(22, 3, 3)
	options := quiet(train.FitOptions{Epochs: 2, BatchSize: 5, NoShuffle: true})
	build := func(c distribution.Communicator) *functional.Model {
		m, err := sequential.New(&layers.Input{Shape: []int{3}}, &layers.Dense{Units: 4, Activation: "tanh"}, &layers.Dense{Units: 3})
		if err != nil {
			t.Error(err)
		}
		compile(t, m.Model, train.Config{Optimizer: "adam", Loss: "mse", Distribution: c})
		return m.Model
	}
	set.Y = set.X
	single := build(nil)
	if _, err := single.Fit(ctx, set, options); err != nil {
		t.Fatal(err)
	}
	models := make([]*functional.Model, 2)
	var wg sync.WaitGroup
	for rank, c := range distribution.Local(2) {
		models[rank] = build(c)
		wg.Go(func() {
			if _, err := models[rank].Fit(ctx, data.Shard(set, rank, 2), options); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !equal(models[0].Weights(), models[1].Weights()) {
		t.Error("the replicas drifted apart")
	}
	for i, w := range single.Weights() {
		for j, v := range data.Float64s(w) {
			near(t, "a weight of the replicas", data.Float64s(models[0].Weights()[i])[j], v)
		}
	}
}

func TestReplicaFails(t *testing.T) {
	replicas := distribution.Local(2)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for rank, c := range replicas {
		m := slope(t, train.Config{Distribution: c})
		wg.Go(func() {
			x := any([]float32{1})
			if rank == 1 {
				x = [][]float32{{1, 2}} // does not fit
			}
			_, errs[rank] = m.Fit(ctx, data.Arrays{X: x, Y: []float32{1}}, quiet(train.FitOptions{}))
		})
	}
	wg.Wait()
	has(t, errs[1], "(1, 2)")
	has(t, errs[0], "replica 1 has given up")
}
