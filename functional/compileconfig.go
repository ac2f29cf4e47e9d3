package functional

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/train"
)

// compileConfig writes the settings of Compile as Keras does; nil if the model is not compiled.
func (m *Model) compileConfig() (map[string]any, error) {
	c, ok := m.Compiled()
	if !ok {
		return nil, nil
	}
	out := map[string]any{
		"weighted_metrics": nil, "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false, "loss_weights": nil,
	}
	var opt any = c.Optimizer
	if o := m.Optimizer(); o != nil {
		opt = o
	}
	for _, f := range []struct {
		key string
		v   any
	}{{"optimizer", opt}, {"loss", c.Loss}, {"metrics", c.Metrics}, {"weighted_metrics", c.WeightedMetrics}} {
		v, err := encodeSetting(f.v, f.key != "optimizer" && f.key != "loss")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.key, err)
		}
		out[f.key] = v
	}
	if c.LossWeights != nil {
		out["loss_weights"] = c.LossWeights
	}
	return out, nil
}

// encodeSetting writes an object, a list or a dictionary of them by output. A single metric becomes a list, as in Keras.
func encodeSetting(v any, list bool) (any, error) {
	switch t := v.(type) {
	case nil:
		return nil, nil
	case train.ByOutput:
		out := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(t)) {
			x, err := encodeSetting(t[k], list)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = x
		}
		return out, nil
	case []string:
		out := make([]any, len(t))
		for i, s := range t {
			out[i] = s
		}
		return out, nil
	case []any:
		out := make([]any, len(t))
		for i, x := range t {
			e, err := encodeSetting(x, false)
			if err != nil {
				return nil, err
			}
			out[i] = e
		}
		return out, nil
	}
	x, err := config.Encode(v)
	if list && err == nil {
		return []any{x}, nil
	}
	return x, err
}

// CompileFromConfig compiles the model with settings as Keras serializes them: the optimizer, loss, metrics, weighted_metrics
// and loss_weights of a file's compile_config. https://keras.io/api/models/model_training_apis
func (m *Model) CompileFromConfig(c map[string]any) error { return m.compileFrom(c, nil) }

// compileFrom compiles the model with the settings of a file.
func (m *Model) compileFrom(c map[string]any, custom map[string]any) error {
	d := &config.Decoder{Custom: custom}
	var cfg train.Config
	var err error
	if cfg.Optimizer, err = d.Decode(modern(c["optimizer"]), "optimizer"); err != nil {
		return err
	}
	if cfg.Loss, err = decodeSetting(d, c["loss"], "loss"); err != nil {
		return err
	}
	if cfg.Metrics, err = m.metrics(d, c["metrics"]); err != nil {
		return err
	}
	if cfg.WeightedMetrics, err = m.metrics(d, c["weighted_metrics"]); err != nil {
		return err
	}
	if cfg.LossWeights, err = m.lossWeights(c["loss_weights"]); err != nil {
		return err
	}
	return m.Compile(cfg)
}

// metrics reads metrics; for one output Keras also writes them as a list in a list.
func (m *Model) metrics(d *config.Decoder, v any) (any, error) {
	if outer, ok := v.([]any); ok && len(outer) == 1 && len(m.outNames) == 1 {
		if inner, ok := outer[0].([]any); ok {
			v = inner
		}
	}
	return decodeSetting(d, v, "metric")
}

// lossWeights reads one weight, a list in the order of the outputs, or a dictionary.
func (m *Model) lossWeights(v any) (map[string]float64, error) {
	out := map[string]float64{}
	switch t := v.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		for k, x := range t {
			w, ok := config.Number(x)
			if !ok {
				return nil, fmt.Errorf("the loss weight of %s is %v", k, x)
			}
			out[k] = w
		}
		return out, nil
	case []any:
		if len(t) != len(m.outNames) {
			return nil, fmt.Errorf("%d loss weights for the outputs %v", len(t), m.outNames)
		}
		for i, x := range t {
			if w, ok := config.Number(x); ok {
				out[m.outNames[i]] = w
			}
		}
		return out, nil
	}
	if w, ok := config.Number(v); ok {
		return map[string]float64{m.outNames[0]: w}, nil
	}
	return nil, fmt.Errorf("loss_weights is %v", v)
}

// decodeSetting reads what encodeSetting wrote. Names stay names: Compile resolves them by the outputs' shapes.
func decodeSetting(d *config.Decoder, v any, kind string) (any, error) {
	switch t := v.(type) {
	case []any:
		out := make([]any, len(t))
		for i, x := range t {
			e, err := decodeSetting(d, x, kind)
			if err != nil {
				return nil, err
			}
			out[i] = e
		}
		return out, nil
	case map[string]any:
		if class, ok := t["class_name"]; ok {
			if c, _ := t["config"].(map[string]any); class == "MeanMetricWrapper" && c["name"] != nil {
				return c["name"], nil // Keras 2's form of a metric given by name
			}
			return d.Decode(t, kind)
		}
		out := train.ByOutput{}
		for k, x := range t {
			e, err := decodeSetting(d, x, kind)
			if err != nil {
				return nil, err
			}
			out[k] = e
		}
		return out, nil
	}
	return v, nil
}
