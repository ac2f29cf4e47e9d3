package ops_test

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
)

// value is a tensor of the reference evaluator: any dtype as float64.
type value struct {
	shape graph.Shape
	v     []float64
}

func zeros(s graph.Shape) value { return value{s.Clone(), make([]float64, s.Size())} }

// at is the index along each axis of element i.
func (x value) at(i int) []int {
	out := make([]int, len(x.shape))
	for a := len(out) - 1; a >= 0; a-- {
		out[a] = i % x.shape[a]
		i /= x.shape[a]
	}
	return out
}

// pos is the number of the element at an index; missing leading axes are dropped and axes of 1 repeated.
func (x value) pos(at []int) int {
	at = at[len(at)-len(x.shape):]
	p := 0
	for a, i := range at {
		if x.shape[a] == 1 {
			i = 0
		}
		p = p*x.shape[a] + i
	}
	return p
}

func fill(s graph.Shape, f func(at []int) float64) value {
	y := zeros(s)
	for i := range y.v {
		y.v[i] = f(y.at(i))
	}
	return y
}

// evaluator computes nodes one by one in the plainest way.
type evaluator map[*graph.Node]value

func (e evaluator) eval(n *graph.Node) (value, error) {
	for m := range graph.Walk(n) {
		if _, ok := e[m]; ok {
			continue
		}
		in := make([]value, len(m.Inputs()))
		for i, x := range m.Inputs() {
			in[i] = e[x]
		}
		y, err := compute(m, in)
		if err != nil {
			return y, err
		}
		e[m] = y
	}
	return e[n], nil
}

func compute(n *graph.Node, in []value) (value, error) {
	shape := n.Shape()
	if !shape.Known() {
		return value{}, fmt.Errorf("%v has an unknown axis", n)
	}
	name := n.Op().Name()
	if f, ok := unaries[name]; ok {
		return fill(shape, func(at []int) float64 { return f(in[0].v[in[0].pos(at)]) }), nil
	}
	if f, ok := binaries[name]; ok {
		return fill(shape, func(at []int) float64 { return f(in[0].v[in[0].pos(at)], in[1].v[in[1].pos(at)]) }), nil
	}
	switch op := n.Op().(type) {
	case graph.ConstOp:
		return value{shape, array.Float64s(op.Values())}, nil
	case ops.CastOp:
		return fill(shape, func(at []int) float64 { return convert(op.To, in[0].v[in[0].pos(at)]) }), nil
	case ops.MatMulOp:
		return matmul(op, shape, in[0], in[1]), nil
	case ops.ConcatOp:
		return concat(op.Axis, shape, in), nil
	case ops.ReduceOp:
		return reduce(op, shape, in[0]), nil
	case ops.ArgOp:
		return arg(op, shape, in[0]), nil
	case ops.CumOp:
		return cumulate(op, in[0]), nil
	}
	switch name {
	case "reshape", "reshape_like", "merge_axes", "split_axis":
		return value{shape, in[0].v}, nil
	case "zero":
		return zeros(shape), nil
	case "in_training":
		return in[1], nil
	case "select":
		return fill(shape, func(at []int) float64 {
			if in[0].v[in[0].pos(at)] != 0 {
				return in[1].v[in[1].pos(at)]
			}
			return in[2].v[in[2].pos(at)]
		}), nil
	case "broadcast_to", "broadcast_like":
		return fill(shape, func(at []int) float64 { return in[0].v[in[0].pos(at)] }), nil
	case "sum_to", "sum_like":
		y := zeros(shape)
		for i, v := range in[0].v {
			y.v[y.pos(in[0].at(i))] += v
		}
		return y, nil
	}
	return moved(n, shape, in)
}

// moved computes the operations that only move elements.
func moved(n *graph.Node, shape graph.Shape, in []value) (value, error) {
	at1 := func(axis int, f func(i int) int) value {
		return fill(shape, func(at []int) float64 {
			at[axis] = f(at[axis])
			return in[0].v[in[0].pos(at)]
		})
	}
	switch op := n.Op().(type) {
	case ops.TransposeOp:
		perm := op.Perm.Slice()
		return fill(shape, func(at []int) float64 {
			from := make([]int, len(at))
			for i, p := range perm {
				from[p] = at[i]
			}
			return in[0].v[in[0].pos(from)]
		}), nil
	case ops.IotaOp:
		return fill(shape, func(at []int) float64 { return float64(at[op.Axis]) }), nil
	case ops.SizeOfOp:
		size := 1
		for _, a := range op.Axes.Slice() {
			size *= in[0].shape[a]
		}
		return value{shape, []float64{float64(size)}}, nil
	case ops.FlipOp:
		y := in[0]
		for _, a := range op.Axes.Slice() {
			x := y
			y = fill(shape, func(at []int) float64 {
				at[a] = shape[a] - 1 - at[a]
				return x.v[x.pos(at)]
			})
		}
		return y, nil
	case ops.SliceOp:
		bound := op.Bind([]graph.Spec{{Shape: in[0].shape}}).(ops.SliceOp)
		return at1(op.Axis, func(i int) int { return bound.Start + i*bound.Step }), nil
	case ops.PartOp:
		specs := make([]graph.Spec, len(in))
		for i := range in {
			specs[i].Shape = in[i].shape
		}
		bound := op.Bind(specs).(ops.SliceOp)
		return at1(op.Axis, func(i int) int { return bound.Start + i }), nil
	case ops.PlaceOp:
		bound := op.Bind([]graph.Spec{{Shape: in[0].shape}, {Shape: shape}}).(ops.PlaceOp)
		y := zeros(shape)
		for i, v := range in[0].v {
			at := in[0].at(i)
			at[op.Axis] = bound.Start + at[op.Axis]*bound.Step
			y.v[y.pos(at)] = v
		}
		return y, nil
	case ops.PadOp:
		y := fill(shape, func([]int) float64 { return in[1].v[0] })
		for i, v := range in[0].v {
			at := in[0].at(i)
			for a, lo := range op.Lo.Slice() {
				at[a] += lo
			}
			y.v[y.pos(at)] = v
		}
		return y, nil
	}
	return value{}, fmt.Errorf("the reference has no %s", n.Op().Name())
}

func matmul(op ops.MatMulOp, shape graph.Shape, a, b value) value {
	read := func(x value, batch []int, r, c int, trans bool) float64 {
		if trans {
			r, c = c, r
		}
		full := append(append([]int{}, batch...), r, c)
		full = full[len(full)-len(x.shape):]
		p := 0
		for i, k := range full {
			if i < len(full)-2 && x.shape[i] == 1 {
				k = 0
			}
			p = p*x.shape[i] + k
		}
		return x.v[p]
	}
	inner := a.shape.Dim(-1)
	if op.TransA {
		inner = a.shape.Dim(-2)
	}
	return fill(shape, func(at []int) float64 {
		batch, r, c := at[:len(at)-2], at[len(at)-2], at[len(at)-1]
		s := 0.0
		for k := range inner {
			s += read(a, batch, r, k, op.TransA) * read(b, batch, k, c, op.TransB)
		}
		return s
	})
}

func concat(axis int, shape graph.Shape, in []value) value {
	y, start := zeros(shape), 0
	for _, x := range in {
		for i, v := range x.v {
			at := x.at(i)
			at[axis] += start
			y.v[y.pos(at)] = v
		}
		start += x.shape[axis]
	}
	return y
}

func reduce(op ops.ReduceOp, shape graph.Shape, x value) value {
	kept := x.shape.Clone()
	for _, a := range op.Axes.Slice() {
		kept[a] = 1
	}
	first := map[string]float64{"sum": 0, "any": 0, "prod": 1, "all": 1, "max": math.Inf(-1), "min": math.Inf(1)}[op.Kind]
	y := fill(kept, func([]int) float64 { return first })
	for i, v := range x.v {
		p := &y.v[y.pos(x.at(i))]
		switch op.Kind {
		case "sum":
			*p += v
		case "prod":
			*p *= v
		case "max", "any":
			*p = max(*p, v)
		default:
			*p = min(*p, v)
		}
	}
	return value{shape, y.v}
}

func arg(op ops.ArgOp, shape graph.Shape, x value) value {
	kept := x.shape.With(op.Axis, 1)
	y := fill(kept, func(at []int) float64 {
		best := 0
		for k := range x.shape[op.Axis] {
			at[op.Axis] = best
			old := x.v[x.pos(at)]
			at[op.Axis] = k
			v := x.v[x.pos(at)]
			if op.Kind == "argmax" && v > old || op.Kind == "argmin" && v < old {
				best = k
			}
		}
		return float64(best)
	})
	return value{shape, y.v}
}

func cumulate(op ops.CumOp, x value) value {
	return fill(x.shape, func(at []int) float64 {
		acc := 0.0
		if op.Kind == "cumprod" {
			acc = 1
		}
		end, n := at[op.Axis], x.shape[op.Axis]
		for k := range n {
			if !op.Reverse && k > end || op.Reverse && k < end {
				continue
			}
			at[op.Axis] = k
			if v := x.v[x.pos(at)]; op.Kind == "cumprod" {
				acc *= v
			} else {
				acc += v
			}
		}
		return acc
	})
}
