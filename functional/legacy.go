package functional

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/saving"
)

// readLegacy makes the model of an .h5 file. The optimizer's state in it is not read, as Keras does not either.
func readLegacy(b []byte, opt saving.Options) (*Model, error) {
	f, err := saving.ReadLegacy(b)
	if err != nil {
		return nil, err
	}
	if f.Config == nil {
		return nil, errors.New("the file holds weights without a model: build the model and call LoadWeights")
	}
	m, err := FromJSON(f.Config, opt.CustomObjects)
	if err != nil {
		return nil, err
	}
	m.loaded = true
	if m.g == nil {
		return m, nil
	}
	if err := f.ReadWeights(m.legacyEntries(), opt.SkipMismatch); err != nil {
		return nil, err
	}
	if f.Training == nil || opt.NoCompile {
		return m, nil
	}
	var c map[string]any
	if err := json.Unmarshal(f.Training, &c); err != nil {
		return nil, fmt.Errorf("training_config: %w", err)
	}
	c["optimizer"] = c["optimizer_config"]
	if err := m.compileFrom(c, opt.CustomObjects); err != nil {
		return nil, fmt.Errorf("training_config: %w", err)
	}
	return m, nil
}

// legacyEntries lists the layers with their weights, those of inner models too: trainable ones, then the others.
func (m *Model) legacyEntries() []saving.Entry {
	var out []saving.Entry
	for _, l := range m.Layers() {
		params := l.Params()
		slices.SortStableFunc(params, func(a, b *graph.Param) int {
			switch {
			case a.Trainable() == b.Trainable():
				return 0
			case a.Trainable():
				return -1
			}
			return 1
		})
		out = append(out, saving.Entry{Name: m.layerName(l), Params: params})
	}
	return out
}

// legacySettings are what optimizers of Keras 2 carry and no longer mean.
var legacySettings = []string{"decay", "is_legacy_optimizer", "jit_compile"}

// modern turns the optimizer of a Keras 2 file into that of Keras 3.
func modern(optimizer any) any {
	o, ok := optimizer.(map[string]any)
	if !ok {
		return optimizer
	}
	class, _ := o["class_name"].(string)
	out := map[string]any{"module": "keras.optimizers", "class_name": strings.TrimPrefix(class, "Custom>"), "registered_name": o["registered_name"]}
	if m, ok := o["module"].(string); ok {
		out["module"] = m
	}
	c, _ := o["config"].(map[string]any)
	settings := map[string]any{}
	for k, v := range c {
		if !slices.Contains(legacySettings, k) {
			settings[k] = v
		}
	}
	out["config"] = settings
	return out
}
