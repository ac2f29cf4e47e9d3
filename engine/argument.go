package engine

import (
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"gorgonia.org/tensor"
)

// argument is a value that is fed as a typed slice of dtype d with its shape. Without need nothing is copied.
func argument(v any, d graph.Dtype) (backend.Slice, []int, error) {
	if t, ok := v.(*tensor.Dense); ok && t != nil {
		if s, ok := view(t, d); ok {
			return s, t.Shape(), nil
		}
	}
	if s, ok := v.(graph.Shape); ok {
		return backend.Slice{}, s, nil
	}
	values, shape, err := array.From(v)
	if err != nil {
		return backend.Slice{}, nil, err
	}
	if s, err := backend.Wrap(d, values); err == nil {
		return s, shape, nil
	}
	converted := graph.MakeValues(d, array.Len(values))
	if err := array.Copy(converted, values); err != nil {
		return backend.Slice{}, nil, fmt.Errorf("it wants %s: %w", d, err)
	}
	s, err := backend.Wrap(d, converted)
	return s, shape, err
}

// view is the memory of a tensor of exactly the Go type that holds dtype d, in row-major order; ok is false for others.
func view(t *tensor.Dense, d graph.Dtype) (s backend.Slice, ok bool) {
	s, ok = elements(t, d)
	return s, ok && s.Len() == t.Shape().TotalSize() // a slice of a tensor may see more than its own elements
}

func elements(t *tensor.Dense, d graph.Dtype) (s backend.Slice, ok bool) {
	if t.IsMasked() || t.RequiresIterator() || t.DataOrder().IsColMajor() || t.DataOrder().IsTransposed() {
		return s, false
	}
	switch is := t.Dtype(); {
	case is == tensor.Float32 && (d == graph.Float32 || d == graph.Float16 || d == graph.BFloat16):
		return backend.SliceOf(d, t.Float32s()), true
	case is == tensor.Float64 && d == graph.Float64:
		return backend.SliceOf(d, t.Float64s()), true
	case is == tensor.Int8 && d == graph.Int8:
		return backend.SliceOf(d, t.Int8s()), true
	case is == tensor.Int16 && d == graph.Int16:
		return backend.SliceOf(d, t.Int16s()), true
	case is == tensor.Int32 && d == graph.Int32:
		return backend.SliceOf(d, t.Int32s()), true
	case is == tensor.Int64 && d == graph.Int64:
		return backend.SliceOf(d, t.Int64s()), true
	case is == tensor.Uint8 && d == graph.Uint8:
		return backend.SliceOf(d, t.Uint8s()), true
	case is == tensor.Uint16 && d == graph.Uint16:
		return backend.SliceOf(d, t.Uint16s()), true
	case is == tensor.Uint32 && d == graph.Uint32:
		return backend.SliceOf(d, t.Uint32s()), true
	case is == tensor.Bool && d == graph.Bool:
		return backend.SliceOf(d, t.Bools()), true
	}
	return s, false
}

// names lists nodes with their specs.
func names(nodes graph.Nodes) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.Name() + " " + n.Spec().String()
	}
	return strings.Join(parts, ", ")
}
