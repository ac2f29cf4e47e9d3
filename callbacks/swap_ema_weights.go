package callbacks

import (
	"context"
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
)

// SwapEMAWeights lets the model be tested and used with the moving averages of its weights that an optimizer with UseEMA
// keeps, while it trains on the weights themselves. https://keras.io/api/callbacks/swap_ema_weights
type SwapEMAWeights struct {
	// SwapOnEpoch keeps the averages in the model from the end of an epoch to the beginning of the next, so that callbacks
	// after this one save them.
	SwapOnEpoch bool

	swapped bool // the averages are in the model
	last    int
}

// trained is a model that tells its optimizer.
type trained interface{ Optimizer() optimizers.Optimizer }

// averages are the weights and their averages.
func averages(m train.Model) ([]optimizers.Average, error) {
	t, ok := m.(trained)
	if !ok || t.Optimizer() == nil {
		return nil, errors.New("SwapEMAWeights: the model has no optimizer")
	}
	list := optimizers.Averages(t.Optimizer())
	if len(list) == 0 {
		return nil, fmt.Errorf("SwapEMAWeights: the optimizer %T keeps no averages: set UseEMA", t.Optimizer())
	}
	return list, nil
}

// swap exchanges weights and averages, if the model is not in the wanted state.
func (c *SwapEMAWeights) swap(m train.Model, averaged bool) error {
	if c.swapped == averaged {
		return nil
	}
	list, err := averages(m)
	if err != nil {
		return err
	}
	for _, a := range list {
		w := a.Param.Value()
		if err := a.Param.SetValue(a.Average.Value()); err != nil {
			return err
		}
		if err := a.Average.SetValue(w); err != nil {
			return err
		}
	}
	c.swapped = averaged
	return nil
}

// OnTrainBegin notes the last epoch.
func (c *SwapEMAWeights) OnTrainBegin(_ context.Context, p *train.Phase) error {
	c.last = p.Epochs - 1
	if t, ok := p.Model.(trained); ok && !optimizers.KeepsAverages(t.Optimizer()) {
		return fmt.Errorf("SwapEMAWeights: the optimizer %T keeps no averages: set UseEMA", t.Optimizer())
	}
	return nil
}

// OnEpochBegin puts the weights back.
func (c *SwapEMAWeights) OnEpochBegin(_ context.Context, e *train.Epoch) error {
	return c.swap(e.Model, false)
}

// OnEpochEnd puts the averages in.
func (c *SwapEMAWeights) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	if !c.SwapOnEpoch {
		return nil
	}
	if err := c.swap(e.Model, true); err != nil || e.Index != c.last {
		return err
	}
	// The end of Fit gives the model the averages: those it has now, not the weights that were swapped for them.
	list, err := averages(e.Model)
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := a.Average.SetValue(a.Param.Value()); err != nil {
			return err
		}
	}
	c.swapped = false
	return nil
}

// OnTestBegin puts the averages in.
func (c *SwapEMAWeights) OnTestBegin(_ context.Context, p *train.Phase) error {
	return c.swap(p.Model, true)
}

// OnTestEnd puts the weights back.
func (c *SwapEMAWeights) OnTestEnd(_ context.Context, p *train.Phase) error {
	return c.swap(p.Model, false)
}

// OnPredictBegin puts the averages in.
func (c *SwapEMAWeights) OnPredictBegin(_ context.Context, p *train.Phase) error {
	return c.swap(p.Model, true)
}

// OnPredictEnd puts the weights back.
func (c *SwapEMAWeights) OnPredictEnd(_ context.Context, p *train.Phase) error {
	return c.swap(p.Model, false)
}
