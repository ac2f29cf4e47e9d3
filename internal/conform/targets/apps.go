package targets

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
)

// runApp builds a model of keras.applications from its configuration, fills its weights by the rule of the cases and compares
// the prediction for the made-up images.
func runApp(c *cases.Case) error {
	text, err := unzipped(c)
	if err != nil {
		return err
	}
	m, err := functional.FromJSON(text, nil)
	if err != nil {
		return err
	}
	gain, err1 := c.Root.Get("weight_gain").Float()
	side, err2 := c.Root.Get("input_side").Int()
	scale, err3 := c.Root.Get("input_scale").Float()
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return err
		}
	}
	params := m.Params()
	if len(params) != len(c.Weights) {
		return fmt.Errorf("the model has %d weights, want %d", len(params), len(c.Weights))
	}
	for j, w := range c.Weights {
		p := params[j]
		// a weight without a name is numbered by Keras
		if p.Name() != strings.TrimRight(w.Variable, "_0123456789") && p.Name() != w.Variable ||
			!slices.Equal(p.Spec().Shape, w.Shape) {
			return fmt.Errorf("weight %d is %s %v, want %s %v", j, p.Path(), p.Spec().Shape, w.Path, w.Shape)
		}
		v := cases.FillWeight(j, w.Variable, w.Shape, gain)
		if err := p.SetValue(array.Dense(v.Data, v.Shape)); err != nil {
			return err
		}
	}
	return predictsOn(c, m, tensorOf(cases.AppInput(side, scale)), "predict", c.Tol("forward"))
}

// unzipped is the file of a case, config.json.gz.
func unzipped(c *cases.Case) ([]byte, error) {
	name, err := c.Root.Get("file").Str()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(c.File(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
