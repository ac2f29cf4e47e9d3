package array

import (
	"reflect"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Tensor converts anything that looks like an array: a tensor.Tensor, a number, bool or string (a scalar, shape ()), and
// slices, arrays and []any of these nested to any depth, as decoded JSON has them; tensors in a slice are stacked. Go's
// type stays: int gives a tensor of int, float64 of float64; named types become their basic type.
//
// The result is row-major and contiguous; views and transposes are copied into order. A tensor or a flat slice that is
// so already is not copied but shared, so treat the result as read-only while the source is in use.
//
// It is an error when v or an element is nil, when slices are ragged, empty, or hold different types; the message shows
// both positions and shapes.
func Tensor(v any) (*tensor.Dense, error) {
	switch v := v.(type) {
	case nil:
		return nil, errors.New("nil is not an array")
	case tensor.Tensor:
		return Contiguous(v)
	case []float32:
		return flat(v)
	case []float64:
		return flat(v)
	case []int:
		return flat(v)
	case [][]float32:
		return matrix(v)
	case [][]float64:
		return matrix(v)
	case [][]int:
		return matrix(v)
	}
	return nested(reflect.ValueOf(v))
}

func flat[T number](v []T) (*tensor.Dense, error) {
	if len(v) == 0 {
		return nil, errEmpty(nil)
	}
	return backed(v, []int{len(v)}), nil
}

// matrix is the common table, spared the reflection of nested.
func matrix[T number](rows [][]T) (*tensor.Dense, error) {
	if len(rows) == 0 {
		return nil, errEmpty(nil)
	}
	n := len(rows[0])
	if n == 0 {
		return nil, errEmpty([]int{0})
	}
	all := make([]T, 0, len(rows)*n)
	for i, r := range rows {
		if len(r) != n {
			return nil, errRagged([]int{i}, []int{len(r)}, []int{n})
		}
		all = append(all, r...)
	}
	return backed(all, []int{len(rows), n}), nil
}

// backed wraps a slice of any basic type. tensor.New would panic on a wrong size, so callers have checked it.
func backed(slice any, shape []int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slice))
}

// Contiguous returns t in row-major order without gaps.
func Contiguous(t tensor.Tensor) (*tensor.Dense, error) {
	if v := reflect.ValueOf(t); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errors.Errorf("the %T is nil", t)
	}
	d, ok := t.(*tensor.Dense)
	if !ok {
		sparse, ok := t.(interface{ Dense() *tensor.Dense })
		if !ok {
			return nil, errors.Errorf("a %T cannot be read: convert it to a *tensor.Dense", t)
		}
		d = sparse.Dense()
	}
	if d.IsMasked() && !empty(d) { // a tensor without elements counts as masked
		return nil, errors.Errorf("the tensor of shape %v is masked: fill or drop the masked elements first", d.Shape())
	}
	shape := d.Shape()
	if shape.IsScalar() {
		if !d.IsView() {
			return d, nil
		}
		return tensor.New(tensor.FromScalar(d.Data())), nil
	}
	if !rowMajor(d) {
		// Strides describe slices, transposes and column-major alike, so one walk over them serves all.
		starts, err := offsets(d)
		if err != nil {
			return nil, err
		}
		src := reflect.ValueOf(d.Data())
		out := reflect.MakeSlice(src.Type(), len(starts), len(starts))
		for i, at := range starts {
			out.Index(i).Set(src.Index(at))
		}
		return backed(out.Interface(), shape.Clone()), nil
	}
	if d.IsView() || d.DataOrder().IsTransposed() {
		return backed(d.Data(), shape.Clone()), nil
	}
	return d, nil
}

// Plain reports that d lies in row-major order without gaps and is no view: [Contiguous] would return d itself.
func Plain(d *tensor.Dense) bool {
	return !d.Shape().IsScalar() && !d.IsMasked() && !d.IsView() && !d.DataOrder().IsTransposed() && rowMajor(d)
}

// rowMajor reports whether the elements lie in memory as the shape counts them. The flags of the tensor package cannot
// be asked: a slice of a transpose claims to be contiguous.
func rowMajor(d *tensor.Dense) bool {
	shape, strides := d.Shape(), d.Strides()
	want := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] > 1 && strides[i] != want {
			return false
		}
		want *= shape[i]
	}
	return want == d.DataSize()
}

// offsets lists where each element lies, in row-major order.
func offsets(d *tensor.Dense) ([]int, error) {
	at := []int{0}
	for axis, n := range d.Shape() {
		next := make([]int, 0, len(at)*n)
		for _, base := range at {
			for i := range n {
				next = append(next, base+i*d.Strides()[axis])
			}
		}
		at = next
	}
	if last := at[len(at)-1]; last >= d.DataSize() {
		return nil, errors.Errorf("a view of shape %v and strides %v reaches element %d of %d: materialize it first",
			d.Shape(), d.Strides(), last, d.DataSize())
	}
	return at, nil
}
