package targets

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
)

// runDtypes compares the dtypes of results. The cases say "a tensor of this dtype" and no shape, so the first shapes are
// taken that the function accepts.
func runDtypes(c *cases.Case) error {
	return entries(c, func(entry *cases.Value) error { return dtypesOf(c.Target.Name, entry) })
}

// entries runs all entries of a case and returns each mistake once, with the first entry that shows it.
func entries(c *cases.Case, f func(entry *cases.Value) error) error {
	seen := map[string]bool{}
	var errs []error
	for i, entry := range c.Root.Get("entries").Items() {
		if err := f(entry); err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			errs = append(errs, fmt.Errorf("entry %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func dtypesOf(name string, entry *cases.Value) error {
	want, err := entry.Get("out").Strs()
	if err != nil {
		return err
	}
	tensors := unshaped(entry.Get("args"))
	for _, t := range tensors {
		if d, _ := t.Str(); !graph.Dtype(d).Valid() {
			return cases.ErrUnsupported{What: "dtype " + d}
		}
	}
	if slices.ContainsFunc(want, func(d string) bool { return !graph.Dtype(d).Valid() }) {
		return cases.ErrUnsupported{What: fmt.Sprintf("dtypes %v", want)}
	}
	var last error
	for shapes := range guesses(len(tensors)) {
		e := newEval()
		e.shapes = map[*cases.Value]graph.Shape{}
		for i, t := range tensors {
			e.shapes[t] = shapes[i]
		}
		ys, err := callOp(e, name, entry.Get("args"))
		if err != nil {
			last = err
			if errors.As(err, new(cases.ErrUnsupported)) {
				return err
			}
			continue
		}
		if len(ys) != len(want) {
			last = fmt.Errorf("got %d outputs, want %d", len(ys), len(want))
			continue
		}
		return sameDtypes(ys, want)
	}
	return last
}

func sameDtypes(ys graph.Nodes, want []string) error {
	for i, y := range ys {
		if string(y.Dtype()) != want[i] {
			return fmt.Errorf("output %d is %s, want %s", i, y.Dtype(), want[i])
		}
	}
	return nil
}

// unshaped are the tensors of unknown shape among the arguments.
func unshaped(v *cases.Value) []*cases.Value {
	if v.Kind() == cases.DtypeOf {
		return []*cases.Value{v}
	}
	var out []*cases.Value
	for _, item := range v.Items() {
		out = append(out, unshaped(item)...)
	}
	return out
}

// guesses are shapes for n tensors: every combination of ranks, all axes of one size.
func guesses(n int) func(yield func([]graph.Shape) bool) {
	ranks := []int{2, 1, 3, 4, 0, 5}
	return func(yield func([]graph.Shape) bool) {
		for _, size := range []int{12, 36, 3, 2, 1, graph.None} {
			at := make([]int, n)
			for {
				shapes := make([]graph.Shape, n)
				for i, r := range at {
					shapes[i] = slices.Repeat(graph.Shape{size}, ranks[r])
				}
				if !yield(shapes) {
					return
				}
				i := 0
				for ; i < n; i++ {
					if at[i]++; at[i] < len(ranks) {
						break
					}
					at[i] = 0
				}
				if i == n {
					break
				}
			}
		}
	}
}

// runOpShapes infers the shapes and dtypes of a function on symbolic tensors.
func runOpShapes(c *cases.Case) error {
	return entries(c, func(entry *cases.Value) error { return opShapes(c.Target.Name, entry) })
}

// opShapes tries both data formats: the global setting of Keras is not recorded here.
func opShapes(name string, entry *cases.Value) error {
	var first error
	for _, channelsFirst := range []bool{false, true} {
		e := newEval()
		e.channelsFirst = channelsFirst
		ys, err := callOp(e, name, entry.Get("args"))
		if err == nil {
			err = sameSpecs(ys, entry.Get("output").Leaves())
		}
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// sameSpecs compares nodes with symbolic tensors; a size that these leave open may be known.
func sameSpecs(ys graph.Nodes, want []*cases.Value) error {
	if len(want) != len(ys) {
		return fmt.Errorf("got %d outputs, want %d", len(ys), len(want))
	}
	for i, v := range want {
		shape, dtype, err := v.Spec()
		if err != nil {
			return err
		}
		if y := ys[i]; !knows(y.Shape(), unknown(shape)) || dtype != "" && dtype != string(y.Dtype()) {
			return fmt.Errorf("output %d is %v, want %s %v", i, y.Spec(), dtype, unknown(shape))
		}
	}
	return nil
}
