package data

import (
	"fmt"
	"github.com/gorgonin/gorgonin/internal/array"
	"maps"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// failure takes the place of an array where a signature leaves no room for an error; whoever uses it gets err.
type failure struct{ err error }

// Resolve converts what stands for the inputs or outputs of a model into tensors and keeps the structure: one array gives
// a *tensor.Dense, a map by name a map[string]any of them, a list a []any of them. nil stays nil.
//
// n is the number of arrays wanted, which decides what a []any is: for 1 it is nested values, as decoded JSON has them;
// for more it is a list of arrays in order, and another length is an error. With n = 0 the number is unknown: then a
// []any is a list of arrays unless it holds only numbers, bools, strings and other []any.
func Resolve(v any, n int) (any, error) { return resolve("", v, n) }

// resolve is Resolve with the name that errors call v by.
func resolve(name string, v any, n int) (any, error) {
	if v == nil {
		return nil, nil
	}
	if d, ok := v.(*tensor.Dense); ok && d != nil && array.Plain(d) {
		return d, nil
	}
	names, list := structure(v, n)
	switch {
	case names != nil:
		out := make(map[string]any, len(names))
		for _, key := range slices.Sorted(maps.Keys(names)) {
			d, err := named(fmt.Sprintf("%s[%q]", name, key), names[key])
			if err != nil {
				return nil, err
			}
			out[key] = d
		}
		return out, nil
	case list != nil:
		if n > 1 && len(list) != n {
			return nil, errors.Errorf("data: %s lists %d arrays where the model has %d", name, len(list), n)
		}
		out := make([]any, len(list))
		for i := range list {
			d, err := named(fmt.Sprintf("%s[%d]", name, i), list[i])
			if err != nil {
				return nil, err
			}
			out[i] = d
		}
		return out, nil
	}
	return named(name, v)
}

// named is Tensor; its error tells which array of the structure is meant.
func named(name string, v any) (any, error) {
	d, err := Tensor(v)
	if err != nil && name != "" {
		return nil, errors.WithMessage(err, name)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// structure tells a map of arrays and a list of arrays from one array, for which both results are nil.
func structure(v any, n int) (names map[string]any, list []any) {
	switch v := v.(type) {
	case map[string]any:
		return v, nil
	case []any:
		if n != 1 && (n > 1 || !plain(v)) {
			return nil, v
		}
		return nil, nil
	}
	// map[string][]float32 and its like are written by hand as often as map[string]any.
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Map || r.Type().Key().Kind() != reflect.String {
		return nil, nil
	}
	names = make(map[string]any, r.Len())
	for it := r.MapRange(); it.Next(); {
		names[it.Key().String()] = it.Value().Interface()
	}
	return names, nil
}

// plain reports whether v holds nothing but what JSON decodes to.
func plain(v []any) bool {
	return !slices.ContainsFunc(v, func(e any) bool {
		if e == nil {
			return false
		}
		if inner, ok := e.([]any); ok {
			return !plain(inner)
		}
		ok := array.IsBasic(reflect.TypeOf(e).Kind())
		return !ok
	})
}

// leaf is one tensor of a resolved structure with the name that errors call it by.
type leaf struct {
	name  string
	dense *tensor.Dense
}

// leaves lists the tensors of a resolved structure in a fixed order.
func leaves(name string, v any) []leaf {
	switch v := v.(type) {
	case *tensor.Dense:
		return []leaf{{name, v}}
	case map[string]any:
		var all []leaf
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leaves(fmt.Sprintf("%s[%q]", name, key), v[key])...)
		}
		return all
	case []any:
		var all []leaf
		for i := range v {
			all = append(all, leaves(fmt.Sprintf("%s[%d]", name, i), v[i])...)
		}
		return all
	}
	return nil
}

// transform applies f to every tensor of a resolved structure.
func transform(v any, f func(*tensor.Dense) *tensor.Dense) any {
	switch v := v.(type) {
	case *tensor.Dense:
		return f(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key := range v {
			out[key] = transform(v[key], f)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = transform(v[i], f)
		}
		return out
	}
	return nil
}

// Rows returns the number of rows, the size of the first axis, that all arrays of v share: v is one array, a map of
// arrays by name, or a list of arrays. It is an error when v is nil, an array is a scalar, or the numbers differ.
func Rows(v any) (int, error) {
	r, err := Resolve(v, 0)
	if err != nil {
		return 0, err
	}
	return rows(leaves("", r))
}

func rows(all []leaf) (int, error) {
	if len(all) == 0 {
		return 0, errors.New("data: there are no arrays")
	}
	for _, l := range all {
		if l.dense.Shape().IsScalar() {
			return 0, errors.Errorf("data: %s is a scalar: the first axis must be the rows", l.name)
		}
	}
	n := all[0].dense.Shape()[0]
	for _, l := range all[1:] {
		if m := l.dense.Shape()[0]; m != n {
			return 0, errors.Errorf("data: %s has %d rows and %s has %d: every array needs the same number",
				all[0].name, n, l.name, m)
		}
	}
	return n, nil
}
