package targets

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/saving"
)

// runSaveLoad loads a trained model from each of its files: the same weights and predictions, and from the whole model the
// optimizer's state and one more step.
func runSaveLoad(c *cases.Case) error {
	names, err := c.Root.Get("files").Strs()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		m, err := loadFile(c, name)
		if err == nil && m != nil {
			err = errors.Join(hasWeights(c, m), predicts(c, m, "predict", c.Tol("forward")))
		}
		if err == nil && strings.HasSuffix(name, ".keras") {
			err = resumes(c, m)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// loadFile loads a model from one of the files; a file of weights goes into the model of model.json, which is none by itself.
func loadFile(c *cases.Case, name string) (*functional.Model, error) {
	switch {
	case strings.HasSuffix(name, ".json"):
		return nil, nil
	case strings.HasSuffix(name, ".weights.h5"):
		text, err := os.ReadFile(c.File("model.json"))
		if err != nil {
			return nil, err
		}
		m, err := functional.FromJSON(text, nil)
		if err != nil {
			return nil, err
		}
		return m, m.LoadWeights(c.File(name))
	case strings.HasSuffix(name, ".h5"):
		return functional.Load(c.File(name), saving.Options{NoCompile: true})
	}
	return functional.Load(c.File(name))
}

// resumes compares the optimizer's state and makes one more step.
func resumes(c *cases.Case, m *functional.Model) error {
	vars := optimizers.Variables(m.Optimizer())
	want := c.Root.Get("optimizer_variables").Items()
	if len(vars) != len(want) {
		return fmt.Errorf("the optimizer has %d variables %v, want %d", len(vars), vars, len(want))
	}
	for i, v := range want {
		name, err := v.Get("array").Str()
		if err != nil {
			return err
		}
		a, err := c.Array(name)
		if err != nil {
			return err
		}
		if err := compare.Arrays(name+" ("+vars[i].Path()+")", valueOf(vars[i]), a, c.Tol("weights")); err != nil {
			return err
		}
	}
	batch, err := batchOf(c)
	if err != nil {
		return err
	}
	if err := trainStep(m, batch, c.Root.Path("resume", "logs"), c.Tol("logs")); err != nil {
		return fmt.Errorf("one more step: %w", err)
	}
	for i, p := range m.Params() {
		name := fmt.Sprintf("a%d", i)
		if !c.Has(name) {
			continue
		}
		a, err := c.Array(name)
		if err != nil {
			return err
		}
		if err := compare.Arrays(name+" after one more step", valueOf(p), a, c.Tol("resume_after")); err != nil {
			return err
		}
	}
	return nil
}
