package kernels

import (
	"fmt"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Binary returns the loops of dst = f(a, b) with broadcasting. shape is the shape of dst; stridesA and stridesB give the
// step in elements along each of its axes, 0 where an operand is repeated. dst may be a or b where their strides are dst's.
//
// Names: add sub mul div floor_divide mod (sign of the divisor, as in Python) remainder (sign of the dividend, C's fmod) pow
// maximum minimum (NaN wins), for floats atan2 hypot logaddexp nextafter ldexp, for integers bitwise_and bitwise_or
// bitwise_xor left_shift right_shift gcd. Integer division by zero gives 0. div on integers truncates.
func Binary[T Number](name string, dst, a, b []T, shape, stridesA, stridesB []int) ([]par.Loop, error) {
	op, ok := tableOf[T]().binary[name]
	if !ok {
		return nil, unknown("binary", name, T(0))
	}
	return broadcast(name, op, dst, a, b, shape, stridesA, stridesB)
}

// Compare returns the loops of dst = a op b with broadcasting as in Binary; names: equal not_equal less less_equal greater
// greater_equal. Any comparison with NaN is false, but not_equal is true.
func Compare[T Number](name string, dst []bool, a, b []T, shape, stridesA, stridesB []int) ([]par.Loop, error) {
	op, ok := tableOf[T]().compare[name]
	if !ok {
		return nil, unknown("compare", name, T(0))
	}
	return broadcast(name, op, dst, a, b, shape, stridesA, stridesB)
}

// Logical returns the loops of dst = a op b on booleans with broadcasting as in Binary; names: logical_and logical_or
// logical_xor equal not_equal.
func Logical(name string, dst, a, b []bool, shape, stridesA, stridesB []int) ([]par.Loop, error) {
	op, ok := logical[name]
	if !ok {
		return nil, unknown("logical", name, false)
	}
	return broadcast(name, op, dst, a, b, shape, stridesA, stridesB)
}

// broadcast returns the loop over the rows of dst, each with the cheapest of the operation's inner loops.
func broadcast[T, R any](name string, op binary[T, R], dst []R, a, b []T, shape, sa, sb []int) ([]par.Loop, error) {
	n, err := newNest(name, shape, sa, sb)
	if err != nil {
		return nil, err
	}
	if err := firstError(need(name, "dst", len(dst), n.total), n.check(name, 0, len(a), 0), n.check(name, 1, len(b), 0)); err != nil {
		return nil, err
	}
	row := op.row(n.inner(0), n.inner(1))
	return each(n.total, op.cost, func(lo, hi int) {
		var c cursor
		for c.start(n, lo); lo < hi; c.next() {
			run := min(c.run, hi-lo)
			row(dst[lo:lo+run], a[c.off[0]:], b[c.off[1]:])
			lo += run
			if lo == hi {
				return
			}
		}
	}), nil
}

// row returns the inner loop for the operands' strides along the last axis.
func (op binary[T, R]) row(ia, ib int) func(dst []R, a, b []T) {
	switch {
	case ia == 1 && ib == 1:
		return func(dst []R, a, b []T) { op.vv(dst, a[:len(dst)], b[:len(dst)]) }
	case ia == 1 && ib == 0:
		return func(dst []R, a, b []T) { op.vs(dst, a[:len(dst)], b[0]) }
	case ia == 0 && ib == 1:
		return func(dst []R, a, b []T) { op.sv(dst, a[0], b[:len(dst)]) }
	}
	return func(dst []R, a, b []T) {
		for i := range dst {
			dst[i] = op.pair(a[i*ia], b[i*ib])
		}
	}
}

// pairs makes all inner loops of a function of two elements.
func pairs[T, R any](cost int, f func(a, b T) R) binary[T, R] {
	return binary[T, R]{
		cost: cost,
		pair: f,
		vv: func(dst []R, a, b []T) {
			for i := range dst {
				dst[i] = f(a[i], b[i])
			}
		},
		vs: func(dst []R, a []T, b T) {
			for i := range dst {
				dst[i] = f(a[i], b)
			}
		},
		sv: func(dst []R, a T, b []T) {
			for i := range dst {
				dst[i] = f(a, b[i])
			}
		},
	}
}

// hot replaces the vector loops of pairs by hand-written ones, whose operation is inlined.
func (op binary[T, R]) hot(vv func(dst []R, a, b []T), vs func(dst []R, a []T, b T), sv func(dst []R, a T, b []T)) binary[T, R] {
	op.vv, op.vs, op.sv = vv, vs, sv
	return op
}

// Select returns the loops of dst = cond ? a : b with broadcasting; strides as in Binary.
func Select[T any](dst []T, cond []bool, a, b []T, shape, stridesCond, stridesA, stridesB []int) ([]par.Loop, error) {
	n, err := newNest("select", shape, stridesCond, stridesA, stridesB)
	if err != nil {
		return nil, err
	}
	if err := firstError(need("select", "dst", len(dst), n.total), n.check("select", 0, len(cond), 0), n.check("select", 1, len(a), 0),
		n.check("select", 2, len(b), 0)); err != nil {
		return nil, fmt.Errorf("%w (operands are the condition, a and b)", err)
	}
	ic, ia, ib := n.inner(0), n.inner(1), n.inner(2)
	row := ChoiceRows[T]().row(ia, ib)
	if row == nil || ic != 1 {
		row = func(dst []T, cond []bool, a, b []T) {
			for i := range dst {
				if cond[i*ic] {
					dst[i] = a[i*ia]
				} else {
					dst[i] = b[i*ib]
				}
			}
		}
	}
	return each(n.total, 2, func(lo, hi int) {
		var c cursor
		for c.start(n, lo); ; c.next() {
			run := min(c.run, hi-lo)
			row(dst[lo:lo+run], cond[c.off[0]:], a[c.off[1]:], b[c.off[2]:])
			lo += run
			if lo == hi {
				return
			}
		}
	}), nil
}
