package compare

import (
	"errors"
	"fmt"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/npz"
)

// Result is one output of a call, with the mask attached to it if there is one.
type Result struct {
	Value, Mask *npz.Array
}

// Outputs compares all outputs of a call, flattened in the order of [cases.Value.Leaves], with the recorded tree, and
// their masks where one was recorded. Python scalars in the tree compare as 0-d tensors.
func Outputs(got []Result, want *cases.Value, tol float64) error {
	leaves := want.Leaves()
	if len(got) != len(leaves) {
		return &Mismatch{Name: "output", What: Missing, Got: plural(len(got)), Want: plural(len(leaves))}
	}
	var errs []error
	for i, leaf := range leaves {
		name := label("y", i, leaf)
		a, err := leaf.Tensor()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, Arrays(name, got[i].Value, a, tol))
		if leaf.Mask().IsNull() {
			continue
		}
		mask, err := leaf.Mask().Array()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, Arrays("mask of "+name, got[i].Mask, mask, 0))
	}
	return errors.Join(errs...)
}

func plural(n int) string {
	if n == 1 {
		return "1 value"
	}
	return fmt.Sprintf("%d values", n)
}

// label names a leaf in messages: its array, or its position.
func label(prefix string, i int, leaf *cases.Value) string {
	if name := leaf.Name(); name != "" {
		return name
	}
	return fmt.Sprintf("%s%d", prefix, i)
}
