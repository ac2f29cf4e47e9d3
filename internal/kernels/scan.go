package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// Axis splits a shape around one axis: elements before it, along it and after it.
type Axis struct{ Outer, N, Inner int }

// AxisOf splits a shape at an axis.
func AxisOf(shape []int, axis int) Axis {
	return Axis{size(shape[:axis]), shape[axis], size(shape[axis+1:])}
}

func (a Axis) size() int { return a.Outer * a.N * a.Inner }

// lanes returns the loop over the lines along the axis, each given by its first element; the next is Inner elements on.
func (a Axis) lanes(body func(first, lane int)) []par.Loop {
	return []par.Loop{{N: a.Outer * a.Inner, Chunk: chunkOf(2 * a.N), Body: func(_, lo, hi int) {
		for l := lo; l < hi; l++ {
			body(l/a.Inner*a.N*a.Inner+l%a.Inner, l)
		}
	}}}
}

// ArgExtreme returns the loops of the position of the largest ("argmax") or smallest ("argmin") element along an axis, the
// first of equals; NaN counts as the extreme. dst is (Outer, Inner). An empty axis gives 0.
func ArgExtreme[I Index, T Number](name string, dst []I, src []T, a Axis) ([]par.Loop, error) {
	var better func(v, best T) bool
	switch name {
	case "argmax":
		better = func(v, best T) bool { return v > best || v != v && best == best }
	case "argmin":
		better = func(v, best T) bool { return v < best || v != v && best == best }
	default:
		return nil, unknown("argextreme", name, T(0))
	}
	if err := firstError(need(name, "dst", len(dst), a.Outer*a.Inner), need(name, "src", len(src), a.size())); err != nil {
		return nil, err
	}
	return a.lanes(func(first, lane int) {
		dst[lane] = 0
		if a.N == 0 {
			return
		}
		best := src[first]
		for i := 1; i < a.N; i++ {
			if v := src[first+i*a.Inner]; better(v, best) {
				best = v
				dst[lane] = I(i)
			}
		}
	}), nil
}

// Cumulate returns the loops of a running "sum", "prod", "max" or "min" along an axis, from the end if reverse. dst may be src.
func Cumulate[T Number](name string, dst, src []T, a Axis, reverse bool) ([]par.Loop, error) {
	var join func(acc, v T) T
	switch name {
	case "sum":
		join = func(acc, v T) T { return acc + v }
	case "prod":
		join = func(acc, v T) T { return acc * v }
	case "max":
		join = func(acc, v T) T { return max(acc, v) }
	case "min":
		join = func(acc, v T) T { return min(acc, v) }
	default:
		return nil, unknown("cumulate", name, T(0))
	}
	if err := firstError(need(name, "dst", len(dst), a.size()), need(name, "src", len(src), a.size())); err != nil {
		return nil, err
	}
	return a.lanes(func(at, _ int) {
		step := a.Inner
		if reverse {
			at += (a.N - 1) * step
			step = -step
		}
		var acc T
		for i := range a.N {
			if i == 0 {
				acc = src[at]
			} else {
				acc = join(acc, src[at])
			}
			dst[at] = acc
			at += step
		}
	}), nil
}
