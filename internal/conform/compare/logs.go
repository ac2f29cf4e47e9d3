package compare

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/npz"
)

// Numbers compares a sequence of floats by the rule of [Arrays].
func Numbers(name string, got, want []float64, tol float64) error {
	array := func(values []float64) *npz.Array {
		return &npz.Array{Dtype: "float64", Shape: []int{len(values)}, Data: values}
	}
	return Arrays(name, array(got), array(want), tol)
}

// Logs compares the logs of one step or evaluation: the same names, each number by itself by the rule of [Arrays].
// want is a dict of numbers.
func Logs(got map[string]float64, want *cases.Value, tol float64) error {
	lists := make(map[string][]float64, len(got))
	for name, v := range got {
		lists[name] = []float64{v}
	}
	return History(lists, want, tol)
}

// History compares a training history: the same names, each sequence over the epochs by the rule of [Arrays]. want is a
// dict of sequences (or of single numbers).
func History(got map[string][]float64, want *cases.Value, tol float64) error {
	expected := map[string][]float64{}
	for i, name := range want.Keys() {
		values, err := want.Items()[i].Floats()
		if err != nil {
			return fmt.Errorf("log %s: %w", name, err)
		}
		expected[name] = values
	}
	var errs []error
	for _, name := range names(got, expected) {
		values, ok := got[name]
		numbers, recorded := expected[name]
		switch {
		case !ok:
			errs = append(errs, &Mismatch{Name: "log " + name, What: Missing, Got: "nothing", Want: numbers})
		case !recorded:
			errs = append(errs, &Mismatch{Name: "log " + name, What: "log that Keras does not have", Got: values, Want: "nothing"})
		default:
			errs = append(errs, Numbers("log "+name, values, numbers, tol))
		}
	}
	return errors.Join(errs...)
}
