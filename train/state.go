package train

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

// State is everything that training changes: with it a run goes on to the same bits.
type State struct {
	Weights   []*tensor.Dense // in the order of the model's Params
	Optimizer []*tensor.Dense // in the order of optimizers.Variables
	Seeds     []*tensor.Dense // of the random layers
}

// params are the parameters behind a State.
func (t *Trainer) params() (weights, optimizer, seeds []*graph.Param, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.building.Lock()
	defer t.building.Unlock()
	if t.optimizer != nil {
		if err := optimizers.Build(t.optimizer, t.trainable); err != nil {
			return nil, nil, nil, err
		}
		optimizer = optimizers.Variables(t.optimizer)
	}
	return t.net.Params(), optimizer, t.net.Seeds(), nil
}

// State copies the training state.
func (t *Trainer) State() (State, error) {
	w, o, s, err := t.params()
	return State{values(w), values(o), values(s)}, err
}

func values(params []*graph.Param) []*tensor.Dense {
	out := make([]*tensor.Dense, len(params))
	for i, p := range params {
		out[i] = p.Value()
	}
	return out
}

// SetState restores a training state of the same model, compiled with the same kind of optimizer. On an error of number or
// shape nothing is changed.
func (t *Trainer) SetState(s State) error {
	w, o, seeds, err := t.params()
	if err != nil {
		return err
	}
	parts := []struct {
		what   string
		params []*graph.Param
		values []*tensor.Dense
	}{{"weights", w, s.Weights}, {"optimizer variables", o, s.Optimizer}, {"seeds", seeds, s.Seeds}}
	for _, part := range parts {
		if len(part.values) != len(part.params) {
			return fmt.Errorf("the state has %d %s, the model has %d: was it saved with another model or optimizer?", len(part.values), part.what, len(part.params))
		}
		for i, p := range part.params {
			if v := part.values[i]; v == nil || !p.Spec().Shape.Equal(graph.Shape(v.Shape())) {
				return fmt.Errorf("the state of %s does not have its shape %v", p.Path(), p.Spec().Shape)
			}
		}
	}
	for _, part := range parts {
		for i, p := range part.params {
			if err := p.SetValue(part.values[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// finalize ends a Fit: optimizers that average weights put the averages in.
func (t *Trainer) finalize() error {
	if opt := t.Optimizer(); opt != nil {
		return optimizers.Finalize(opt)
	}
	return nil
}
