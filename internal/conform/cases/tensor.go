package cases

import (
	"math"
	"slices"

	"github.com/gorgonin/gorgonin/internal/npz"
)

func sorted(keys []string) []string { return slices.Sorted(slices.Values(keys)) }

// Tensor is v as convert_to_tensor would make it: an Array or Strings as it is; a number, bool, string or a nested list
// of these as float32 if there is a float among them, else int32, bool or string. Ragged and mixed lists are errors.
func (v *Value) Tensor() (*npz.Array, error) {
	if k := v.Kind(); k == Array || k == Strings {
		return v.tensor, nil
	}
	shape, leaves, ok := flatten(v)
	if !ok {
		return nil, v.wrong("a tensor, a number, or nested lists of one shape")
	}
	kind := Float // of the elements; an empty list is float32
	for i, leaf := range leaves {
		switch {
		case i == 0:
			kind = leaf.kind
		case leaf.kind == kind || kind == Float && leaf.kind == Int:
		case kind == Int && leaf.kind == Float:
			kind = Float
		default:
			return nil, v.wrong("numbers, bools or strings, not a mixture")
		}
	}
	return convert(v, shape, leaves, kind)
}

func convert(v *Value, shape []int, leaves []*Value, kind Kind) (*npz.Array, error) {
	a := &npz.Array{Shape: shape}
	var err error
	switch kind {
	case Float:
		a.Dtype = "float32"
		a.Data, err = collect(leaves, func(leaf *Value) (float32, error) {
			f, err := leaf.Float()
			return float32(f), err
		})
	case Int:
		a.Dtype = "int32"
		a.Data, err = collect(leaves, func(leaf *Value) (int32, error) {
			n, err := leaf.Int()
			if err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
				err = leaf.wrong("an int of 32 bits")
			}
			return int32(n), err
		})
	case Bool:
		a.Dtype = "bool"
		a.Data, err = collect(leaves, (*Value).Bool)
	case String:
		a.Dtype = "string"
		a.Data, err = collect(leaves, (*Value).Str)
	default:
		err = v.wrong("a tensor, or lists of numbers, bools or strings")
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

func collect[T any](leaves []*Value, get func(*Value) (T, error)) ([]T, error) {
	out := make([]T, len(leaves))
	for i, leaf := range leaves {
		var err error
		if out[i], err = get(leaf); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// flatten gives the shape and the elements of nested lists; not ok when they are ragged.
func flatten(v *Value) (shape []int, leaves []*Value, ok bool) {
	if v.IsNull() {
		return nil, nil, false
	}
	if !v.IsSequence() {
		return []int{}, []*Value{v}, true
	}
	shape = []int{len(v.items)}
	for i, item := range v.items {
		inner, more, ok := flatten(item)
		if !ok || i > 0 && !slices.Equal(inner, shape[1:]) {
			return nil, nil, false
		}
		if i == 0 {
			shape = append(shape, inner...)
		}
		leaves = append(leaves, more...)
	}
	return shape, leaves, true
}

func stringTensor(v *Value) (*Value, error) {
	shape, leaves, ok := flatten(v)
	if !ok {
		return nil, v.wrong("nested lists of strings of one shape")
	}
	text, err := collect(leaves, (*Value).Str)
	if err != nil {
		return nil, err
	}
	a := &npz.Array{Dtype: "string", Shape: shape, Data: text}
	return &Value{kind: Strings, shape: shape, tensor: a}, nil
}
