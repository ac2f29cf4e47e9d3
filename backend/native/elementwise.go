package native

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	for _, name := range []string{
		"sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan",
		"sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "erfinv", "lgamma", "digamma", "sigmoid", "log_sigmoid", "softplus",
	} {
		register(name, kernel{inPlace: true, types: floats(unary[float32], unary[float64])})
	}
	for _, name := range []string{"neg", "abs", "sign", "square", "relu", "floor", "ceil", "round", "trunc"} {
		register(name, kernel{inPlace: true, types: numbers(unary[float32], unary[float64], unary[int32], unary[int64], unary[uint8])})
	}
	register("bitwise_not", kernel{inPlace: true, types: integers(unary[int32], unary[int64], unary[uint8])})
	for _, name := range []string{"isnan", "isinf", "isfinite"} {
		register(name, kernel{types: numbers(predicate[float32], predicate[float64], predicate[int32], predicate[int64], predicate[uint8])})
	}
	register("logical_not", kernel{inPlace: true, types: types{graph.Bool: not}})

	for _, name := range []string{"atan2", "logaddexp", "nextafter"} {
		register(name, kernel{inPlace: true, strided: true, types: floats(binary[float32], binary[float64])})
	}
	for _, name := range []string{"add", "sub", "mul", "div", "floor_divide", "mod", "pow", "maximum", "minimum"} {
		register(name, kernel{inPlace: true, strided: true,
			types: numbers(binary[float32], binary[float64], binary[int32], binary[int64], binary[uint8])})
	}
	for _, name := range []string{"bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd"} {
		register(name, kernel{inPlace: true, strided: true, types: integers(binary[int32], binary[int64], binary[uint8])})
	}
	for _, name := range []string{"less", "less_equal", "greater", "greater_equal"} {
		register(name, kernel{strided: true, types: comparing()})
	}
	for _, name := range []string{"equal", "not_equal"} {
		register(name, kernel{strided: true, types: comparing().with(graph.Bool, logical)})
	}
	for _, name := range []string{"logical_and", "logical_or", "logical_xor"} {
		register(name, kernel{inPlace: true, strided: true, types: types{graph.Bool: logical}})
	}
	register("select", kernel{key: 1, inPlace: true, strided: true, exact: true,
		types: moving(choose[uint8], choose[uint32], choose[uint64], choose[string])})
	register("cast", kernel{types: casts()})
}

func unary[T kernels.Number](c *call) ([]par.Loop, error) {
	return kernels.Unary(c.op.Name(), out[T](c, 0), in[T](c, 0))
}

func predicate[T kernels.Number](c *call) ([]par.Loop, error) {
	return kernels.Predicate(c.op.Name(), out[bool](c, 0), in[T](c, 0))
}

func not(c *call) ([]par.Loop, error) { return kernels.Not(out[bool](c, 0), in[bool](c, 0)) }

func binary[T kernels.Number](c *call) ([]par.Loop, error) {
	return kernels.Binary(c.op.Name(), out[T](c, 0), in[T](c, 0), in[T](c, 1), c.out[0].Shape, c.strides(0), c.strides(1))
}

func compare[T kernels.Number](c *call) ([]par.Loop, error) {
	return kernels.Compare(c.op.Name(), out[bool](c, 0), in[T](c, 0), in[T](c, 1), c.out[0].Shape, c.strides(0), c.strides(1))
}

func comparing() types {
	return numbers(compare[float32], compare[float64], compare[int32], compare[int64], compare[uint8])
}

func logical(c *call) ([]par.Loop, error) {
	return kernels.Logical(c.op.Name(), out[bool](c, 0), in[bool](c, 0), in[bool](c, 1), c.out[0].Shape, c.strides(0), c.strides(1))
}

func choose[T any](c *call) ([]par.Loop, error) {
	return kernels.Select(out[T](c, 0), in[bool](c, 0), in[T](c, 1), in[T](c, 2), c.out[0].Shape, c.strides(0), c.strides(1), c.strides(2))
}

func casts() types {
	return numbers(cast[float32], cast[float64], cast[int32], cast[int64], cast[uint8]).
		with(graph.Bool, castBool).with(graph.Int8, castSmall[int8]).with(graph.Int16, castSmall[int16]).
		with(graph.Uint16, castSmall[uint16]).with(graph.Uint32, castSmall[uint32])
}

// cast converts numbers to the dtype of the result.
func cast[S kernels.Number](c *call) ([]par.Loop, error) {
	src := in[S](c, 0)
	switch to := c.op.(ops.CastOp).To; to {
	case graph.Float32, graph.Float16, graph.BFloat16:
		return kernels.Cast(out[float32](c, 0), src)
	case graph.Float64:
		return kernels.Cast(out[float64](c, 0), src)
	case graph.Int32:
		return kernels.Cast(out[int32](c, 0), src)
	case graph.Int64:
		return kernels.Cast(out[int64](c, 0), src)
	case graph.Uint8:
		return kernels.Cast(out[uint8](c, 0), src)
	case graph.Bool:
		return kernels.CastToBool(out[bool](c, 0), src)
	default:
		return castToSmall(c, to, src)
	}
}

// castBool gives 1 and 0.
func castBool(c *call) ([]par.Loop, error) {
	src := in[bool](c, 0)
	switch to := c.op.(ops.CastOp).To; to {
	case graph.Float32, graph.Float16, graph.BFloat16:
		return kernels.CastFromBool(out[float32](c, 0), src)
	case graph.Float64:
		return kernels.CastFromBool(out[float64](c, 0), src)
	case graph.Int32:
		return kernels.CastFromBool(out[int32](c, 0), src)
	case graph.Int64:
		return kernels.CastFromBool(out[int64](c, 0), src)
	case graph.Uint8, graph.Int8:
		return kernels.CastFromBool(out[uint8](c, 0), src)
	case graph.Int16, graph.Uint16:
		return boolsTo(out[uint16](c, 0), src), nil
	case graph.Uint32:
		return boolsTo(out[uint32](c, 0), src), nil
	default:
		return nil, fmt.Errorf("no cast to %s", to)
	}
}

// chunk is the number of elements of cheap work in one chunk of a loop.
const chunk = 8192

// over is the loop over n elements.
func over(n int, body func(lo, hi int)) []par.Loop {
	return []par.Loop{{N: n, Chunk: chunk, Body: func(_, lo, hi int) { body(lo, hi) }}}
}
