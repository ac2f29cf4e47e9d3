package train_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/train"
)

func TestFitByHand(t *testing.T) {
	m := slope(t, train.Config{Metrics: []string{"mae"}})
	set := data.Arrays{X: []float32{1, 2, 3}, Y: []float32{3, 6, 9}}
	h, err := m.Fit(ctx, set, quiet(train.FitOptions{BatchSize: 2, NoShuffle: true, Epochs: 2}))
	if err != nil {
		t.Fatal(err)
	}
	// The loss of a batch is mean((w-3)² x²); its gradient 2(w-3) mean(x²).
	w := 1.0
	for epoch := range 2 {
		first := (w - 3) * (w - 3) * 2.5
		abs := 3 * (3 - w)
		w -= 0.1 * 2 * (w - 3) * 2.5
		last := (w - 3) * (w - 3) * 9
		if abs += 3 * (3 - w); w > 3 {
			abs += 6 * (w - 3)
		}
		w -= 0.1 * 2 * (w - 3) * 9
		near(t, "loss", h.History["loss"][epoch], (2*first+last)/3)
	}
	near(t, "w", weight(m), w)
	if !slices.Equal(h.Epoch, []int{0, 1}) {
		t.Errorf("epochs %v", h.Epoch)
	}
	near(t, "mae of the first epoch", h.History["mae"][0], (2+4+3)/3.0)
}

func TestTwoOutputs(t *testing.T) {
	m := twoHeads(t)
	compile(t, m, train.Config{
		Optimizer: "sgd", Loss: train.ByOutput{"p": "mse", "q": "mae"}, LossWeights: map[string]float64{"p": 10},
		Metrics: train.ByOutput{"q": []any{"mse"}},
	})
	set := data.Arrays{X: []float32{1, 2}, Y: map[string]any{"p": []float32{1, 1}, "q": []float32{0, 0}}}
	logs, err := m.Evaluate(ctx, set)
	if err != nil {
		t.Fatal(err)
	}
	want := train.Logs{"loss": 10*5 + 4.5, "p_loss": 5, "q_loss": 4.5, "q_mse": 22.5}
	if len(logs) != len(want) {
		t.Fatalf("logs %v, want %v", logs, want)
	}
	for k, v := range want {
		near(t, k, logs[k], v)
	}
	// With one loss there is no other name for it.
	compile(t, m, train.Config{Optimizer: "sgd", Loss: train.ByOutput{"p": "mse"}})
	logs, err = m.Evaluate(ctx, data.Arrays{X: []float32{1, 2}, Y: map[string]any{"p": []float32{1, 1}}})
	if err != nil || len(logs) != 1 {
		t.Fatalf("%v %v", logs, err)
	}
	near(t, "loss", logs["loss"], 5)
}

func TestSampleWeights(t *testing.T) {
	m := slope(t, train.Config{Metrics: "mse", WeightedMetrics: "mse"})
	logs, err := m.Evaluate(ctx, data.Arrays{X: []float32{1, 2}, Y: []float32{0, 0}, SampleWeight: []float32{3, 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", logs["loss"], (3*1+0.5*4)/2.0)
	near(t, "mse", logs["mse"], 2.5)
	near(t, "weighted_mse", logs["weighted_mse"], (3*1+0.5*4)/3.5)
}

func TestClassWeight(t *testing.T) {
	set := rows(9, 2, 3)
	labels := set.Y.([]int)
	weights := make([]float32, 9)
	for i, y := range labels {
		weights[i] = []float32{0.2, 1, 3}[y]
	}
	hot, err := data.ToCategorical(labels, 3)
	if err != nil {
		t.Fatal(err)
	}
	options := quiet(train.FitOptions{NoShuffle: true, BatchSize: 4, Epochs: 2})
	byHand := classifier(t, 2, 3)
	if _, err := byHand.Fit(ctx, data.Arrays{X: set.X, Y: labels, SampleWeight: weights}, options); err != nil {
		t.Fatal(err)
	}
	options.ClassWeight = map[int]float64{0: 0.2, 2: 3}
	sparse, dense := classifier(t, 2, 3), classifier(t, 2, 3)
	compile(t, dense.Model, train.Config{Optimizer: "adam", Loss: "categorical_crossentropy"})
	for m, y := range map[any]any{sparse: labels, dense: hot} {
		if _, err := m.(interface {
			Fit(context.Context, data.Dataset, ...train.FitOptions) (*train.History, error)
		}).Fit(ctx, data.Arrays{X: set.X, Y: y}, options); err != nil {
			t.Fatal(err)
		}
	}
	if !equal(byHand.Weights(), sparse.Weights()) {
		t.Error("class weights trained otherwise than the sample weights they mean")
	}
	for i, w := range dense.Weights() {
		for j, v := range data.Float64s(w) {
			near(t, "weight trained on one-hot targets", v, data.Float64s(sparse.Weights()[i])[j])
		}
	}
	_, err = sparse.Fit(ctx, data.Arrays{X: set.X, Y: labels, SampleWeight: weights}, options)
	has(t, err, "ClassWeight", "SampleWeight")
}

func TestValidation(t *testing.T) {
	set := rows(10, 1, 2)
	for _, c := range []struct {
		o    train.FitOptions
		want int
	}{
		{train.FitOptions{ValidationSplit: 0.3}, 5},
		{train.FitOptions{ValidationSplit: 0.3, ValidationFreq: 2}, 2},
		{train.FitOptions{ValidationData: set, ValidationEpochs: []int{1, 4}}, 2},
	} {
		c.o.Epochs = 5
		h, err := slope(t, train.Config{}).Fit(ctx, set, quiet(c.o))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(h.History["val_loss"]); got != c.want || len(h.History["loss"]) != 5 {
			t.Errorf("%d validations in %d epochs, want %d", got, len(h.History["loss"]), c.want)
		}
	}
	// The last rows are kept, before shuffling; 0.3 of 10 leaves floor(7).
	m := slope(t, train.Config{})
	x := []float32{1, 1, 1, 1, 1, 1, 1, 5, 5, 5}
	h, err := m.Fit(ctx, data.Arrays{X: x, Y: x}, quiet(train.FitOptions{ValidationSplit: 0.3}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss on perfect rows", h.Last()["loss"], 0)
	if err := m.SetWeights(zeros(m)); err != nil {
		t.Fatal(err)
	}
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mae"})
	h, err = m.Fit(ctx, data.Arrays{X: x, Y: x}, quiet(train.FitOptions{ValidationSplit: 0.3}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "val_loss", h.Last()["val_loss"], 5*(1-weight(m)))
}

// stream yields batches of one row: x = 1, 2, 3 ... up to n; y is 0.
func stream(n int) data.Seq {
	return func(yield func(data.Batch, error) bool) {
		for i := 1; i <= n; i++ {
			if !yield(data.Batch{X: []float32{float32(i)}, Y: []float32{0}}, nil) {
				return
			}
		}
	}
}

func TestStepsPerEpoch(t *testing.T) {
	frozen := train.Config{Loss: "mae", Optimizer: "sgd"}
	losses := func(d data.Dataset, o train.FitOptions) ([]float64, error) {
		m := slope(t, frozen)
		h, err := m.Fit(ctx, d, quiet(o))
		return h.History["loss"], err
	}
	// A stream goes on where it stood: with a rate of 0 the losses are the means of x.
	m := slope(t, frozen)
	if err := m.SetLearningRate(0); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(ctx, stream(1<<30), quiet(train.FitOptions{Epochs: 2, StepsPerEpoch: 3}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.History["loss"], []float64{2, 5}) {
		t.Errorf("losses %v of a stream, want 2 and 5", h.History["loss"])
	}
	// So do arrays, as in Keras; a pass begins when one has ended with an epoch.
	x := []float32{1, 2, 3, 4, 5, 6}
	h, err = m.Fit(ctx, data.Arrays{X: x, Y: make([]float32, 6)}, quiet(train.FitOptions{Epochs: 3, StepsPerEpoch: 3, BatchSize: 1, NoShuffle: true}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.History["loss"], []float64{2, 5, 2}) {
		t.Errorf("losses %v of arrays, want 2, 5, 2", h.History["loss"])
	}
	h, err = m.Fit(ctx, data.Arrays{X: x, Y: make([]float32, 6)}, quiet(train.FitOptions{Epochs: 4, StepsPerEpoch: 4, BatchSize: 1, NoShuffle: true}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.History["loss"], []float64{2.5, 5.5, 2.5, 5.5}) {
		t.Errorf("losses %v of 6 rows in epochs of 4, want 2.5, 5.5, 2.5, 5.5", h.History["loss"])
	}
	_, err = m.Fit(ctx, data.Arrays{X: x, Y: make([]float32, 6)}, quiet(train.FitOptions{StepsPerEpoch: 7, BatchSize: 1}))
	if !errors.Is(err, train.ErrOutOfData) {
		t.Errorf("6 rows for 7 steps: %v", err)
	}
	got, err := losses(stream(5), train.FitOptions{Epochs: 2, StepsPerEpoch: 3})
	if !errors.Is(err, train.ErrOutOfData) || len(got) != 1 {
		t.Errorf("a stream of 5 for 6 steps: %v, error %v; want one epoch and ErrOutOfData", got, err)
	}
	has(t, err, "epoch 2 has 2 batches of the 3")
	if _, err = losses(stream(0), train.FitOptions{}); !errors.Is(err, train.ErrOutOfData) {
		t.Errorf("no data: %v", err)
	}
}

func TestDatasetError(t *testing.T) {
	broken := data.Func(func(data.Options) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) { yield(data.Batch{}, errors.New("disk on fire")) }
	})
	_, err := slope(t, train.Config{}).Fit(ctx, broken, quiet(train.FitOptions{}))
	has(t, err, "fit:", "disk on fire")
}

func TestCancel(t *testing.T) {
	m := slope(t, train.Config{})
	run, cancel := context.WithCancel(ctx)
	stop := callbacks.Lambda{TrainBatchEnd: func(_ context.Context, s *train.Step) error {
		if s.Epoch == 1 {
			cancel()
		}
		return nil
	}}
	before := weight(m)
	h, err := m.Fit(run, rows(64, 1, 2), quiet(train.FitOptions{Epochs: 9, Callbacks: []train.Callback{stop}}))
	if !errors.Is(err, context.Canceled) || len(h.Epoch) != 1 {
		t.Errorf("error %v after %d epochs", err, len(h.Epoch))
	}
	if weight(m) == before {
		t.Error("the finished steps are lost")
	}
}

func TestExclusive(t *testing.T) {
	m := slope(t, train.Config{})
	var inner error
	again := callbacks.Lambda{EpochEnd: func(ctx context.Context, e *train.Epoch) error {
		_, inner = m.Fit(ctx, rows(4, 1, 2), quiet(train.FitOptions{}))
		return nil
	}}
	if _, err := m.Fit(ctx, rows(4, 1, 2), quiet(train.FitOptions{Callbacks: []train.Callback{again}})); err != nil {
		t.Fatal(err)
	}
	has(t, inner, "another Fit")
}

func TestBesideTraining(t *testing.T) {
	m := classifier(t, 3, 3)
	set := rows(64, 3, 3)
	var wg sync.WaitGroup
	errs := make([]error, 5)
	for i := range 4 {
		wg.Go(func() {
			for range 5 {
				if _, errs[i] = m.Evaluate(ctx, set); errs[i] != nil {
					return
				}
				if _, errs[i] = m.Predict(ctx, set.X); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Go(func() { _, errs[4] = m.Fit(ctx, set, quiet(train.FitOptions{Epochs: 5})) })
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	a, err := m.Evaluate(ctx, set)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Evaluate(ctx, set, train.EvaluateOptions{BatchSize: 7})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss in batches of 7", b["loss"], a["loss"])
	near(t, "accuracy in batches of 7", b["accuracy"], a["accuracy"])
}

func TestSameBits(t *testing.T) {
	set := rows(40, 3, 3)
	weights := func(o train.FitOptions) *train.State {
		m := classifier(t, 3, 3)
		if _, err := m.Fit(ctx, set, quiet(o)); err != nil {
			t.Fatal(err)
		}
		s, err := m.State()
		if err != nil {
			t.Fatal(err)
		}
		return &s
	}
	a, b := weights(train.FitOptions{Epochs: 3, Seed: 1}), weights(train.FitOptions{Epochs: 3, Seed: 1})
	if !equal(a.Weights, b.Weights) || !equal(a.Optimizer, b.Optimizer) || !equal(a.Seeds, b.Seeds) {
		t.Error("the same seed gave other bits")
	}
	if other := weights(train.FitOptions{Epochs: 3, Seed: 2}); equal(a.Weights, other.Weights) {
		t.Error("another seed gave the same bits")
	}
	// A run that goes on from a saved state ends with the same bits.
	part := weights(train.FitOptions{Epochs: 2, Seed: 1})
	m := classifier(t, 3, 3)
	if err := m.SetState(*part); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fit(ctx, set, quiet(train.FitOptions{Epochs: 3, InitialEpoch: 2, Seed: 1})); err != nil {
		t.Fatal(err)
	}
	if !equal(m.Weights(), a.Weights) {
		t.Error("the resumed run gave other bits")
	}
}
