package functional

import (
	"errors"

	"github.com/gorgonin/gorgonin/engine"
)

// Cost estimates a prediction of the given number of rows: floating point operations (a multiply-add is two), bytes of
// parameters, of all activations, and at the peak.
func (m *Model) Cost(batch int) (engine.Cost, error) {
	if m.g == nil {
		return engine.Cost{}, errors.New("the model is not built: call Build, or give it an Input")
	}
	return engine.Estimate(engine.Config{Inputs: m.inputs, Outputs: m.outputs}, batch)
}
