package targets

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"gorgonia.org/tensor"
)

// utilities are the functions of keras.utils by name.
var utilities = map[string]func(a *cases.Args) (*tensor.Dense, error){
	"to_categorical": func(a *cases.Args) (*tensor.Dense, error) {
		labels, err := dense(a.Tensor("x"))
		if err != nil {
			return nil, err
		}
		n := a.Int("num_classes", 0)
		if s := labels.Shape(); len(s) > 1 && s[len(s)-1] == 1 { // a last axis of 1 is dropped
			if err := labels.Reshape(slices.Clone(s[:len(s)-1])...); err != nil {
				return nil, err
			}
		}
		if n == 0 {
			return data.ToCategorical(data.Ints(labels), 0)
		}
		return data.OneHot(labels, n)
	},
	"normalize": func(a *cases.Args) (*tensor.Dense, error) {
		x, err := dense(a.Tensor("x"))
		if err != nil {
			return nil, err
		}
		return data.Normalize(x, a.Int("axis", -1), a.Float("order", 2))
	},
	"pad_sequences": padSequences,
}

func dense(a *npz.Array) (*tensor.Dense, error) {
	if a == nil {
		return nil, fmt.Errorf("there is no tensor")
	}
	return array.Dense(array.Clone(a.Data), a.Shape), nil
}

// runUtil runs a function of keras.utils.
func runUtil(c *cases.Case) error {
	f := utilities[c.Target.Name]
	if f == nil {
		return cases.ErrUnsupported{What: "utils." + c.Target.Name}
	}
	args := cases.NewArgs(c.Target.Name, c.Args)
	y, err := f(args)
	if err != nil {
		return err
	}
	if err := args.Err(); err != nil {
		return err
	}
	got := &npz.Array{Shape: y.Shape(), Data: array.Elements(y)}
	got.Dtype = array.DtypeOf(got.Data)
	return compare.Outputs([]compare.Result{{Value: got}}, c.Output, c.Tol("forward"))
}

func padSequences(a *cases.Args) (*tensor.Dense, error) {
	o := data.PadOptions{
		MaxLen: a.Int("maxlen", 0), PadPost: a.Str("padding", "pre") == "post", TruncPost: a.Str("truncating", "pre") == "post",
	}
	sequences, kind := a.Get("sequences"), a.Str("dtype", "int32")
	deep := false
	for _, s := range sequences.Items() {
		for _, item := range s.Items() {
			deep = deep || item.IsSequence()
		}
	}
	switch value := a.Get("value"); {
	case deep:
		get := func(v *cases.Value) ([]int32, error) {
			n, err := v.Ints()
			return array.Cast(n, "int32").([]int32), err
		}
		return padded(sequences, get, make([]int32, width(sequences)), o)
	case value.Kind() == cases.String:
		v, err := value.Str()
		if err != nil {
			return nil, err
		}
		return padded(sequences, (*cases.Value).Str, v, o)
	case kind == "float32":
		get := func(v *cases.Value) (float32, error) { f, err := v.Float(); return float32(f), err }
		return padded(sequences, get, float32(a.Float("value", 0)), o)
	case kind == "int32":
		o.Value = a.Int("value", 0)
		return padded(sequences, (*cases.Value).Int, o.Value, o)
	}
	return nil, cases.ErrUnsupported{What: "pad_sequences of dtype " + kind}
}

// width is the number of elements of the vectors in sequences.
func width(sequences *cases.Value) int {
	for _, s := range sequences.Items() {
		for _, item := range s.Items() {
			return len(item.Items())
		}
	}
	return 0
}

func padded[T any](sequences *cases.Value, get func(*cases.Value) (T, error), value T, o data.PadOptions) (*tensor.Dense, error) {
	rows := make([][]T, len(sequences.Items()))
	for i, s := range sequences.Items() {
		for _, item := range s.Items() {
			v, err := get(item)
			if err != nil {
				return nil, err
			}
			rows[i] = append(rows[i], v)
		}
	}
	return data.Pad(rows, value, o)
}
