package autodiff

import (
	"context"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
)

// engineRunner compiles with the engine.
func engineRunner(inputs, outputs graph.Nodes) (func([]any) ([][]float64, error), error) {
	f, err := engine.Compile(engine.Config{Inputs: inputs, Outputs: outputs})
	if err != nil {
		return nil, err
	}
	restore := keepState(outputs[0].Graph())
	return func(values []any) ([][]float64, error) {
		defer restore()
		results, err := f.Run(context.Background(), values...)
		if err != nil {
			return nil, err
		}
		out := make([][]float64, len(results))
		for i, r := range results {
			out[i] = array.Float64s(array.Elements(r))
		}
		return out, nil
	}, nil
}

// keepState returns a function that puts the non-trainable parameters of g back to what they are now: seeds, so that each run
// draws the same numbers.
func keepState(g *graph.Graph) (restore func()) {
	old := map[*graph.Param]any{}
	for _, p := range g.Params() {
		if !p.Trainable() {
			old[p] = p.Value()
		}
	}
	return func() {
		for p, v := range old {
			if p.SetValue(v) != nil {
				return // a value just read from the parameter fits it
			}
		}
	}
}
