package targets

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/saving"
)

// runModel loads a model, predicts, trains three steps on one batch and predicts again.
func runModel(c *cases.Case) error {
	m, err := loadCompiled(c)
	if err != nil {
		return err
	}
	if err := predicts(c, m, "predict", c.Tol("forward")); err != nil {
		return fmt.Errorf("predict: %w", err)
	}
	batch, err := batchOf(c)
	if err != nil {
		return err
	}
	for i, want := range c.Root.Path("train_on_batch", "logs").Items() {
		if err := trainStep(m, batch, want, c.Tol("logs")); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	if err := weightsAfter(c, m, c.Tol("weights_after")); err != nil {
		return err
	}
	if err := predicts(c, m, "predict_after", c.Tol("predict_after")); err != nil {
		return fmt.Errorf("predict after training: %w", err)
	}
	return nil
}

// loadCompiled loads the model of a case, checks its weights and compiles it.
func loadCompiled(c *cases.Case) (*functional.Model, error) {
	file, err := c.Root.Get("file").Str()
	if err != nil {
		return nil, err
	}
	m, err := functional.Load(c.File(file), saving.Options{NoCompile: true})
	if err != nil {
		return nil, err
	}
	if err := hasWeights(c, m); err != nil {
		return nil, err
	}
	settings, _ := plain(c.Root.Get("compile")).(map[string]any)
	return m, m.CompileFromConfig(settings)
}

// hasWeights compares the weights of a loaded model with those of the case.
func hasWeights(c *cases.Case, m *functional.Model) error {
	params := m.Params()
	if len(params) != len(c.Weights) {
		return fmt.Errorf("the model has %d weights %v, want %d", len(params), params, len(c.Weights))
	}
	for i, w := range c.Weights {
		if p := params[i]; p.Trainable() != w.Trainable {
			return fmt.Errorf("weight %d (%s): trainable %v, want %v", i, p.Path(), p.Trainable(), w.Trainable)
		}
		if err := compare.Arrays(w.Name, valueOf(params[i]), w.Value, 0); err != nil {
			return err
		}
	}
	return nil
}

// predicts compares the outputs for the inputs of the case.
func predicts(c *cases.Case, m *functional.Model, key string, tol float64) error {
	x, err := feedOf(c.Root.Get("inputs"))
	if err != nil {
		return err
	}
	return predictsOn(c, m, x, key, tol)
}

// predictsOn compares the outputs for x.
func predictsOn(c *cases.Case, m *functional.Model, x any, key string, tol float64) error {
	got, err := m.PredictOnBatch(context.Background(), x)
	if err != nil {
		return err
	}
	nodes := m.Outputs()
	results := make([]compare.Result, len(got))
	for i, t := range got {
		results[i].Value = arrayOf(t, nodes[i])
	}
	return compare.Outputs(results, c.Root.Get(key), tol)
}

// trainStep makes one step from fresh metrics and compares its logs.
func trainStep(m *functional.Model, batch data.Batch, want *cases.Value, tol float64) error {
	if err := m.ResetMetrics(); err != nil {
		return err
	}
	got, err := m.TrainOnBatch(context.Background(), batch)
	if err != nil {
		return err
	}
	return compare.Logs(got, want, tol)
}

// weightsAfter compares the recorded weights after training; frozen ones must be as before.
func weightsAfter(c *cases.Case, m *functional.Model, tol float64) error {
	var skip []string
	if v := c.Root.Get("ill_conditioned"); !v.IsNull() {
		var err error
		if skip, err = v.Strs(); err != nil {
			return err
		}
	}
	changed := map[string]bool{}
	for _, v := range c.Root.Get("weights_after").Items() {
		name, err := v.Str()
		if err != nil {
			return err
		}
		changed[name] = true
	}
	var errs []error
	for i, p := range m.Params() {
		name := fmt.Sprintf("a%d", i)
		want, allowed := c.Weights[i].Value, 0.0
		switch {
		case changed[name]:
			var err error
			if want, err = c.Array(name); err != nil {
				return err
			}
			allowed = tol
			if own, err := c.Root.Path("weights_after_tolerance", name).Float(); err == nil {
				allowed = own
			}
		case p.Trainable() && c.Category == "fit": // only those that are finite are recorded
			continue
		}
		if !slices.Contains(skip, name) {
			errs = append(errs, compare.Arrays(name+" ("+p.Path()+")", valueOf(p), want, allowed))
		}
	}
	return errors.Join(errs...)
}

// batchOf is the data of a case.
func batchOf(c *cases.Case) (data.Batch, error) {
	return tripleOf(c.Root.Get("inputs"), c.Root.Get("targets"), c.Root.Get("sample_weight"))
}

func tripleOf(x, y, weight *cases.Value) (b data.Batch, err error) {
	var errs [3]error
	b.X, errs[0] = feedOf(x)
	b.Y, errs[1] = feedOf(y)
	b.SampleWeight, errs[2] = feedOf(weight)
	return b, errors.Join(errs[:]...)
}

// feedOf turns a tree of arrays into what models are fed: a tensor, a list in order or a map by name.
func feedOf(v *cases.Value) (any, error) {
	switch v.Kind() {
	case cases.Null:
		return nil, nil
	case cases.Dict:
		out := map[string]any{}
		for i, key := range v.Keys() {
			x, err := feedOf(v.Items()[i])
			if err != nil {
				return nil, err
			}
			out[key] = x
		}
		return out, nil
	case cases.List, cases.Tuple:
		out := make([]any, len(v.Items()))
		for i, item := range v.Items() {
			x, err := feedOf(item)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	}
	a, err := v.Tensor()
	if err != nil {
		return nil, err
	}
	return tensorOf(a), nil
}

// tensorOf is an array as a tensor of its own, as models may keep what they are fed.
func tensorOf(a *npz.Array) any { return array.Dense(a.Data, a.Shape).Clone() }
