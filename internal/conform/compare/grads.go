package compare

import (
	"errors"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// Gradients compares the gradients of one case, by the name of their input or weight:
// max|got - want| <= tol * max(max|want|, 1e-3*G, 1e-9), G the largest |g| recorded for the case. The gradients in got must be
// those of all float32 inputs and trainable weights, nil where there is none. One that is not in want must vanish by the
// same rule, unless dropped says that Keras's backends disagree about it. Without any recorded gradient nothing is known
// and nothing is checked.
func Gradients(got, want map[string]*npz.Array, dropped func(of string) bool, tol float64) error {
	if len(want) == 0 {
		return nil
	}
	g := 0.0
	for _, a := range want {
		values, _ := Floats(a)
		g = max(g, largest(values))
	}
	var errs []error
	for _, of := range names(got, want) {
		if !dropped(of) {
			errs = append(errs, gradient(of, got[of], want[of], g, tol))
		}
	}
	return errors.Join(errs...)
}

func names[T any](a, b map[string]T) []string {
	all := maps.Clone(b)
	if all == nil {
		all = map[string]T{}
	}
	maps.Copy(all, a)
	return slices.Sorted(maps.Keys(all))
}

func gradient(of string, got, want *npz.Array, g, tol float64) error {
	name := "gradient of " + of
	switch {
	case got == nil && want == nil:
		return nil
	case got == nil: // no path from here to an output is a gradient of zero
		got = zeros(want)
	case want == nil:
		want = zeros(got)
	}
	if err := form(name, got, want); err != nil {
		return err
	}
	values, ok := Floats(want)
	if !ok {
		return &Mismatch{Name: name, What: Dtype, Got: describe(got), Want: "floats"}
	}
	return within(name, Gradient, got, values, want.Shape, tol*max(largest(values), 1e-3*g, 1e-9))
}

func zeros(like *npz.Array) *npz.Array {
	n := 1
	for _, d := range like.Shape {
		n *= d
	}
	return &npz.Array{Dtype: like.Dtype, Shape: like.Shape, Data: make([]float64, n)}
}
