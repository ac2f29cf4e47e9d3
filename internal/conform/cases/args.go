package cases

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// ErrUnsupported is the error of a runner that has no way to run a case: the thing asked for does not exist. It counts
// as a failure and is reported by What.
type ErrUnsupported struct {
	What string // "ops.fft2", "argument where of sum"
}

func (e ErrUnsupported) Error() string { return "unsupported: " + e.What }

// Args reads the arguments of a call by name. Absent and null arguments give the default. The first mistake is kept, so
// that a runner reads everything and asks Err once; Err also reports arguments that nobody read, because a call that
// ignores one of them could pass by luck.
type Args struct {
	of     string
	values *Value
	read   []string
	err    error
}

// NewArgs reads from a dict; of names the callee in errors.
func NewArgs(of string, values *Value) *Args { return &Args{of: of, values: values} }

// Get is the argument of that name, nil when it is absent.
func (a *Args) Get(name string) *Value {
	a.read = append(a.read, name)
	return a.values.Get(name)
}

// Has reports whether the argument was passed and is not None.
func (a *Args) Has(name string) bool { return !a.values.Get(name).IsNull() }

// Bool is a bool argument.
func (a *Args) Bool(name string, otherwise bool) bool { return arg(a, name, otherwise, (*Value).Bool) }

// Int is an int argument.
func (a *Args) Int(name string, otherwise int) int { return arg(a, name, otherwise, (*Value).Int) }

// Float is a number argument.
func (a *Args) Float(name string, otherwise float64) float64 {
	return arg(a, name, otherwise, (*Value).Float)
}

// Str is a string or dtype argument.
func (a *Args) Str(name, otherwise string) string { return arg(a, name, otherwise, (*Value).Str) }

// Ints is an argument that is an int or a sequence of ints.
func (a *Args) Ints(name string, otherwise ...int) []int {
	return arg(a, name, otherwise, (*Value).Ints)
}

// Tensor is an argument for convert_to_tensor; nil when it is absent.
func (a *Args) Tensor(name string) *npz.Array { return arg(a, name, nil, (*Value).Tensor) }

func arg[T any](a *Args, name string, otherwise T, get func(*Value) (T, error)) T {
	v := a.Get(name)
	if v.IsNull() {
		return otherwise
	}
	out, err := get(v)
	if err != nil {
		if a.err == nil {
			a.err = fmt.Errorf("argument %s of %s: %w", name, a.of, err)
		}
		return otherwise
	}
	return out
}

// Err is the first mistake; else an ErrUnsupported for each argument that was passed, is not None and was not read.
func (a *Args) Err() error {
	if a.err != nil {
		return a.err
	}
	var errs []error
	for _, key := range a.values.Keys() {
		if a.Has(key) && !slices.Contains(a.read, key) {
			errs = append(errs, ErrUnsupported{fmt.Sprintf("argument %s of %s", key, a.of)})
		}
	}
	return errors.Join(errs...)
}
