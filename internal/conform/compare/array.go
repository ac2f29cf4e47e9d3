// Package compare decides whether results agree with those recorded from Keras, and explains where they do not.
//
// Every function returns nil or an error that holds one [*Mismatch] for each array that differs. Start at [Arrays].
package compare

import (
	"fmt"
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// What differs, in a Mismatch; failures are grouped by it.
const (
	Missing  = "missing result"
	Shape    = "shape differs"
	Dtype    = "dtype differs"
	Value    = "value differs"
	NonFin   = "NaN or infinity in another place"
	Integer  = "integer, bool or string differs"
	Gradient = "gradient differs"
)

// Mismatch is one array that differs, described at its worst element.
type Mismatch struct {
	Name    string // of the array
	What    string // one of the constants
	Index   []int  // of the worst element; nil where the whole array is meant
	Got     any
	Want    any
	Allowed float64 // the largest difference that would pass; 0 for exact comparisons
	Count   int     // elements that differ
}

func (m *Mismatch) Error() string {
	at := ""
	if m.Index != nil {
		at = fmt.Sprintf(" at %v", m.Index)
	}
	text := fmt.Sprintf("%s: %s%s: got %v, want %v", m.Name, m.What, at, m.Got, m.Want)
	got, isFloat := m.Got.(float64)
	if want, ok := m.Want.(float64); ok && isFloat {
		text += fmt.Sprintf(", difference %.3g > %.3g", math.Abs(got-want), m.Allowed)
	}
	if m.Count > 1 {
		text += fmt.Sprintf(" (%d elements differ)", m.Count)
	}
	return text
}

// Reason is the text that failures are grouped by.
func (m *Mismatch) Reason() string { return m.What }

// Arrays compares one result. Floats: max|got - want| <= tol * max(max|want|, 1e-6) over the finite elements of want,
// NaN and infinities at the same places with the same sign. Integers, bools and strings: equal. The dtypes must be equal
// too, except that int32 and int64 may stand for each other, as they do between Keras's own backends.
func Arrays(name string, got, want *npz.Array, tol float64) error {
	if err := form(name, got, want); err != nil {
		return err
	}
	floats, ok := Floats(want)
	if !ok {
		return exact(name, got, want)
	}
	return within(name, Value, got, floats, want.Shape, tol*max(largest(floats), 1e-6))
}

// form compares what comes before the values.
func form(name string, got, want *npz.Array) error {
	if got == nil {
		return &Mismatch{Name: name, What: Missing, Got: "nothing", Want: describe(want)}
	}
	if !slices.Equal(got.Shape, want.Shape) {
		return &Mismatch{Name: name, What: Shape, Got: describe(got), Want: describe(want)}
	}
	index := func(dtype string) bool { return dtype == "int32" || dtype == "int64" }
	if got.Dtype != want.Dtype && !(index(got.Dtype) && index(want.Dtype)) {
		return &Mismatch{Name: name, What: Dtype, Got: describe(got), Want: describe(want)}
	}
	return nil
}

func describe(a *npz.Array) string { return fmt.Sprintf("%s%v", a.Dtype, a.Shape) }

// Floats are the elements of a float array; not ok for another kind.
func Floats(a *npz.Array) (values []float64, ok bool) {
	switch data := a.Data.(type) {
	case []float32:
		values = make([]float64, len(data))
		for i, v := range data {
			values[i] = float64(v)
		}
		return values, true
	case []float64:
		return data, true
	}
	return nil, false
}

// largest is the largest magnitude among the finite elements.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		if finite(v) {
			most = max(most, math.Abs(v))
		}
	}
	return most
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// within compares float elements with the largest difference allowed; what is said of one that is not within it.
func within(name, what string, got *npz.Array, want []float64, shape []int, allowed float64) error {
	values, ok := Floats(got)
	if !ok || len(values) != len(want) {
		return &Mismatch{Name: name, What: Dtype, Got: fmt.Sprintf("%T of %d elements", got.Data, len(values)), Want: fmt.Sprintf("%d floats", len(want))}
	}
	worst, far, count := -1, allowed, 0
	for i, w := range want {
		g := values[i]
		if !finite(w) || !finite(g) {
			if g != w && !(math.IsNaN(g) && math.IsNaN(w)) {
				return &Mismatch{Name: name, What: NonFin, Index: unravel(i, shape), Got: fmt.Sprint(g), Want: fmt.Sprint(w), Count: 1}
			}
			continue
		}
		if d := math.Abs(g - w); d > allowed {
			count++
			if worst < 0 || d > far {
				worst, far = i, d
			}
		}
	}
	if worst < 0 {
		return nil
	}
	return &Mismatch{Name: name, What: what, Index: unravel(worst, shape), Got: values[worst], Want: want[worst], Allowed: allowed, Count: count}
}

// unravel turns a row-major position into an index.
func unravel(at int, shape []int) []int {
	index := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		index[i] = at % shape[i]
		at /= shape[i]
	}
	return index
}

func exact(name string, got, want *npz.Array) error {
	g, okGot := discrete(got.Data)
	w, okWant := discrete(want.Data)
	if !okGot || !okWant || len(g) != len(w) {
		return &Mismatch{Name: name, What: Dtype, Got: fmt.Sprintf("%T of %d elements", got.Data, len(g)), Want: fmt.Sprintf("%T of %d elements", want.Data, len(w))}
	}
	first, count := -1, 0
	for i := range w {
		if g[i] != w[i] {
			if first < 0 {
				first = i
			}
			count++
		}
	}
	if first < 0 {
		return nil
	}
	return &Mismatch{Name: name, What: Integer, Index: unravel(first, want.Shape), Got: g[first], Want: w[first], Count: count}
}

// discrete widens integers to int64 (uint64 keeps its type), so that int32 and int64 compare by value.
func discrete(data any) ([]any, bool) {
	switch data := data.(type) {
	case []int8:
		return widen(data), true
	case []int16:
		return widen(data), true
	case []int32:
		return widen(data), true
	case []int64:
		return widen(data), true
	case []uint8:
		return widen(data), true
	case []uint16:
		return widen(data), true
	case []uint32:
		return widen(data), true
	case []uint64:
		return boxed(data), true
	case []bool:
		return boxed(data), true
	case []string:
		return boxed(data), true
	}
	return nil, false
}

func widen[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](data []T) []any {
	out := make([]any, len(data))
	for i, v := range data {
		out[i] = int64(v)
	}
	return out
}

func boxed[T any](data []T) []any {
	out := make([]any, len(data))
	for i, v := range data {
		out[i] = v
	}
	return out
}
