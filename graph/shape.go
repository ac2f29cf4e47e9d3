package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// None is the size of an axis that is known only at run time (batch, time, image side). It is odd and far from 0, so
// that arithmetic done on it by accident (2*n, n-1, n*n) leaves the range of sizes and is refused.
const None = -(1<<31 + 1)

// Zero stands for 0 in a field whose zero value means Keras's default: 5e-324, exactly 0 in float32.
const Zero = 5e-324

// maxSize is the largest size an axis may have.
const maxSize = 1 << 31

// Shape lists the sizes of a tensor's axes, outermost first. An axis may be None.
type Shape []int

// Dim is the size of axis i, counted from the end when negative; 0 when there is no such axis.
func (s Shape) Dim(i int) int {
	if i < 0 {
		i += len(s)
	}
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

// Rank is the number of axes.
func (s Shape) Rank() int { return len(s) }

// Equal reports whether both shapes have the same axes; None equals only None.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Known reports whether no axis is None.
func (s Shape) Known() bool { return !slices.Contains(s, None) }

// Size is the number of elements, None if an axis is unknown.
func (s Shape) Size() int { return Prod(s...) }

// Clone returns a copy that the caller may change.
func (s Shape) Clone() Shape { return append(Shape{}, s...) }

// With returns a copy with axis i, counted from the end when negative, set to size.
func (s Shape) With(i, size int) Shape {
	c := s.Clone()
	if i < 0 {
		i += len(s)
	}
	c[i] = size
	return c
}

// String writes the shape as Keras does: "(None, 28, 28, 1)", "(3,)".
func (s Shape) String() string { return s.format("None") }

func (s Shape) format(none string) string {
	parts := make([]string, len(s))
	for i, d := range s {
		if parts[i] = strconv.Itoa(d); d == None {
			parts[i] = none
		}
	}
	if len(s) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// check refuses sizes that can only come from arithmetic on None.
func (s Shape) check() error {
	for i, d := range s {
		if d == None || d >= 0 && d <= maxSize {
			continue
		}
		if d < 0 && d > -1<<20 {
			return fmt.Errorf("axis %d has the size %d: sizes are at least 0, an unknown one is graph.None", i, d)
		}
		return fmt.Errorf("axis %d is computed from an unknown size: give the axis a known size or use ops.SizeOf", i)
	}
	return nil
}

// Spec is what is known of a tensor before it is computed.
type Spec struct {
	Dtype Dtype
	Shape Shape
}

// String writes the spec as "float32 (None, 10)".
func (s Spec) String() string { return string(s.Dtype) + " " + s.Shape.String() }

// Clone returns a copy whose shape the caller may change.
func (s Spec) Clone() Spec { s.Shape = s.Shape.Clone(); return s }

// Prod multiplies sizes; None if one of them is unknown.
func Prod(sizes ...int) int {
	p := 1
	for _, d := range sizes {
		if d == None {
			return None
		}
		p *= d
	}
	return p
}

// Broadcast is the size that axes of sizes a and b make together under NumPy's rule. An unknown axis beside a number
// above 1 must turn out to be 1 or that number.
func Broadcast(a, b int) (int, bool) {
	switch {
	case a == b || b == 1:
		return a, true
	case a == 1 || a == None:
		return b, true
	case b == None:
		return a, true
	}
	return 0, false
}

// BroadcastShapes is the shape that all shapes make together under NumPy's rule.
func BroadcastShapes(shapes ...Shape) (Shape, error) {
	var out Shape
	for _, s := range shapes {
		if len(s) > len(out) {
			out = append(slices.Repeat(Shape{1}, len(s)-len(out)), out...)
		}
		for i := range s {
			o := len(out) - len(s) + i
			d, ok := Broadcast(out[o], s[i])
			if !ok {
				return nil, fmt.Errorf("shapes %v do not broadcast together: sizes %d and %d differ and none is 1", list(shapes), out[o], s[i])
			}
			out[o] = d
		}
	}
	return out, nil
}

func list(shapes []Shape) string {
	parts := make([]string, len(shapes))
	for i, s := range shapes {
		parts[i] = s.format("?")
	}
	return strings.Join(parts, " and ")
}

// Same unifies two shapes that must be equal: a None takes the other's number.
func Same(a, b Shape) (Shape, bool) {
	if len(a) != len(b) {
		return nil, false
	}
	out := a.Clone()
	for i := range out {
		switch {
		case out[i] == None:
			out[i] = b[i]
		case b[i] != None && b[i] != out[i]:
			return nil, false
		}
	}
	return out, true
}

// Fits reports whether a and b can be the same tensor.
func Fits(a, b Spec) bool {
	_, ok := Same(a.Shape, b.Shape)
	return ok && a.Dtype == b.Dtype
}

// Refines reports whether b says all that a says, so that what was built on a holds for b.
func Refines(b, a Spec) bool {
	s, ok := Same(a.Shape, b.Shape)
	return ok && s.Equal(b.Shape) && a.Dtype == b.Dtype
}

// Ints is a list of numbers that can be compared with ==: the form that an op's attribute takes.
type Ints string

// MakeInts packs a list into an attribute.
func MakeInts(v ...int) Ints {
	var b []byte
	for i, x := range v {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(x), 10)
	}
	return Ints(b)
}

// Slice unpacks the list.
func (l Ints) Slice() []int {
	fields := strings.Fields(string(l))
	out := make([]int, len(fields))
	for i, f := range fields {
		out[i], _ = strconv.Atoi(f)
	}
	return out
}

// String writes the list as "[1 2]".
func (l Ints) String() string { return "[" + string(l) + "]" }
