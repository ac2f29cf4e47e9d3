package train

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

// Trainer compiles and trains one model. Predict and Evaluate may be called concurrently, also beside Fit; Fit is exclusive.
type Trainer struct {
	net     Network
	fitting atomic.Bool

	building sync.Mutex // held while layers and the optimizer build; taken after mu

	mu        sync.Mutex // guards what follows
	compiled  bool
	config    Config
	optimizer optimizers.Optimizer
	goals     []goal // nil until the model is built
	trainable []*graph.Param
	train     *stage
	test      *stage   // of TestOnBatch
	tests     []*stage // of Evaluate, idle
	predictor *engine.Function
}

// NewTrainer makes the trainer of a model.
func NewTrainer(n Network) *Trainer { return &Trainer{net: n} }

// Compile says how the model is trained and judged. It may be called again, with other settings: weights stay, and so does
// the state of an optimizer object that is given again. What is trainable is decided here. Unknown names are errors; what
// depends on the shapes of targets is found in the first step. https://keras.io/api/models/model_training_apis/#compile-method
func (t *Trainer) Compile(c Config) error {
	if t.fitting.Load() {
		return errors.New("compile: a Fit of the model is running")
	}
	opt, err := optimizers.Get(c.Optimizer)
	if err != nil {
		return fmt.Errorf("compile: Optimizer: %w", err)
	}
	if err := optimizers.Check(opt); err != nil {
		return fmt.Errorf("compile: Optimizer: %w", err)
	}
	if err := engine.CheckPolicy(c.DtypePolicy); err != nil {
		return fmt.Errorf("compile: DtypePolicy: %w", err)
	}
	if _, scaled := opt.(*optimizers.LossScaleOptimizer); opt != nil && !scaled && c.DtypePolicy == "mixed_float16" {
		opt = &optimizers.LossScaleOptimizer{InnerOptimizer: opt} // as Keras does: gradients of 16 bits underflow
	}
	if _, err := backend.Get(c.Backend); err != nil {
		return fmt.Errorf("compile: Backend: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.net.OutputNames()) == 0 {
		if err := checkUnbuilt(c); err != nil {
			return fmt.Errorf("compile: %w", err)
		}
	}
	old := [...]any{t.config, t.goals, t.trainable}
	t.config, t.goals, t.trainable = c, nil, nil
	if err := t.settle(); err != nil {
		t.config, t.goals, t.trainable = old[0].(Config), old[1].([]goal), old[2].([]*graph.Param)
		return fmt.Errorf("compile: %w", err)
	}
	t.optimizer, t.compiled = opt, true
	t.train = t.newStage(true)
	t.test, t.tests, t.predictor = t.newStage(false), nil, nil
	if c.Backend != nil && len(t.goals) > 0 { // a backend that cannot run here is found now
		if _, err := t.predicting(); err != nil {
			return fmt.Errorf("compile: %w", err)
		}
	}
	return nil
}

// settle applies the settings to the outputs, once the model is built.
func (t *Trainer) settle() error {
	names := t.net.OutputNames()
	if t.goals != nil || len(names) == 0 {
		return nil
	}
	g, err := goals(t.config, names)
	if err != nil {
		return err
	}
	t.goals, t.trainable = g, t.net.TrainableParams()
	return nil
}

// prepare builds the model if need be, from the data.
func (t *Trainer) prepare(x any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.net.Prepare(x); err != nil {
		return err
	}
	return t.settle()
}

// Compiled returns the settings of Compile, false before it.
func (t *Trainer) Compiled() (Config, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.config, t.compiled
}

// Optimizer is the one that Compile made or was given, nil without one.
func (t *Trainer) Optimizer() optimizers.Optimizer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.optimizer
}

// ready reports a model that is not compiled.
func (t *Trainer) ready(what string) error {
	if _, ok := t.Compiled(); !ok {
		return fmt.Errorf("%s: the model is not compiled: call Compile first", what)
	}
	return nil
}

// LearningRate is that of the next step; 0 without an optimizer.
func (t *Trainer) LearningRate() float64 {
	if opt := t.Optimizer(); opt != nil {
		return optimizers.LearningRate(opt)
	}
	return 0
}

// SetLearningRate changes the learning rate from the next step on. It is an error without an optimizer and for one with a
// schedule.
func (t *Trainer) SetLearningRate(rate float64) error {
	opt := t.Optimizer()
	if opt == nil {
		return errors.New("there is no optimizer whose learning rate could be set: call Compile first")
	}
	return optimizers.SetLearningRate(opt, rate)
}

// TrainOnBatch makes one step and returns the loss and the metrics, which are averaged with the batches since ResetMetrics.
func (t *Trainer) TrainOnBatch(ctx context.Context, b data.Batch) (Logs, error) {
	return t.onBatch(ctx, "train", b, func() *stage { return t.train })
}

// TestOnBatch judges the model on one batch, without training; results are averaged with the batches since ResetMetrics.
func (t *Trainer) TestOnBatch(ctx context.Context, b data.Batch) (Logs, error) {
	return t.onBatch(ctx, "test", b, func() *stage { return t.test })
}

func (t *Trainer) onBatch(ctx context.Context, what string, b data.Batch, of func() *stage) (Logs, error) {
	if err := t.ready(what); err != nil {
		return nil, err
	}
	fed, err := t.feed(b, false)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	s := of()
	if err := s.step(ctx, fed); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return s.logs(), nil
}

// PredictOnBatch computes the outputs for one batch, in order.
func (t *Trainer) PredictOnBatch(ctx context.Context, x any) ([]*tensor.Dense, error) {
	out, err := t.predictBatch(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return out, nil
}

// ResetMetrics forgets the batches of TrainOnBatch and TestOnBatch so far.
func (t *Trainer) ResetMetrics() error {
	if err := t.ready("reset"); err != nil {
		return err
	}
	return errors.Join(t.train.reset(), t.test.reset())
}
