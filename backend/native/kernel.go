package native

import (
	"context"
	"fmt"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
)

// build makes the loops of one step over slices that are already at their places. It is called once for each arena; the
// loops it returns are run again and again and allocate nothing.
type build func(c *call) ([]par.Loop, error)

// types holds a build for each dtype that a kernel is written for. The key is the dtype of the first input, of the result
// for an operation without inputs. float16 and bfloat16 find float32's: the backend rounds what a step leaves.
type types map[graph.Dtype]build

// kernel is how the backend does one operation. A file of this package registers the kernels of a family in its init.
type kernel struct {
	types types
	// key is the number of the input whose dtype selects the build.
	key int
	// inPlace: the result may overwrite an input of the same size whose other readers have run.
	inPlace bool
	// strided: the build reads each input at call.strides, so that a broadcast in front of it costs nothing.
	strided bool
	// optional: results of a tuple that nothing reads are nil.
	optional bool
	// epilogue: the build does call.epilogue, for floats.
	epilogue bool
	// exact: elements are only moved, never computed, so nothing has to be rounded.
	exact bool
	// scratch is the number of bytes of memory that the step needs while it runs; nil for none.
	scratch func(op graph.Op, in, out []graph.Spec) int
	// supports refuses attributes or shapes that the build cannot do; nil for none.
	supports func(op graph.Op, in, out []graph.Spec) error
	// control is set instead of types for an operation that holds a body.
	control *control
}

// control is how the backend does an operation with bodies. plan compiles the bodies when the program is compiled (read
// says which results are read) and asks for scratch memory; start ties them to an arena.
type control struct {
	plan  func(p *program, n *graph.Node, read []bool) (plan any, scratch int, err error)
	start func(c *call, plan any) (func(ctx context.Context) error, error)
}

var registry = map[string]*kernel{}

// register enters the kernel of the operation of a name, which is what its op's method Name returns.
func register(name string, k kernel) { registry[name] = &k }

// call is one step as its build sees it.
type call struct {
	op      graph.Op
	in, out []graph.Spec
	// fault takes what goes wrong while the loops run, such as an index out of range: the step then fails.
	fault *kernels.Fault
	// scratch is the memory that the kernel asked for, 64-byte aligned and not cleared.
	scratch []byte

	inputs, outputs []backend.Slice
	steps           [][]int // of a strided kernel's inputs
	epilogue        *epilogue
}

// in returns input i. T has the size of the input's elements; where elements are only moved it need not be their type.
func in[T any](c *call, i int) []T { return backend.Elements[T](c.inputs[i]) }

// out returns result i, in[T]'s counterpart.
func out[T any](c *call, i int) []T { return backend.Elements[T](c.outputs[i]) }

// strides returns the steps in elements with which a strided kernel reads input i along the axes of the result, 0 where the
// input is repeated.
func (c *call) strides(i int) []int { return c.steps[i] }

// axis splits the shape of input i at an axis.
func (c *call) axis(i, axis int) kernels.Axis { return kernels.AxisOf(c.in[i].Shape, axis) }

// floats is the types of a kernel for floating point numbers.
func floats(f32, f64 build) types { return types{graph.Float32: f32, graph.Float64: f64} }

// numbers is the types of a kernel for all numbers; the other integers go through [wider] ones.
func numbers(f32, f64, i32, i64, u8 build) types {
	return types{graph.Float32: f32, graph.Float64: f64, graph.Int32: i32, graph.Int64: i64, graph.Uint8: u8}
}

// integers is the types of a kernel for integers.
func integers(i32, i64, u8 build) types {
	return types{graph.Int32: i32, graph.Int64: i64, graph.Uint8: u8}
}

// moving is the types of a kernel that only moves elements: one build for each size.
func moving(b1, b4, b8, str build) types {
	return types{
		graph.Float32: b4, graph.Float64: b8, graph.Int32: b4, graph.Uint32: b4, graph.Int64: b8,
		graph.Int8: b1, graph.Uint8: b1, graph.Bool: b1, graph.String: str,
	}
}

// with adds a dtype to a kernel's types.
func (t types) with(d graph.Dtype, b build) types {
	t[d] = b
	return t
}

// find returns the build for a dtype.
func (t types) find(d graph.Dtype) build {
	if d == graph.Float16 || d == graph.BFloat16 {
		d = graph.Float32
	}
	if w := wider[d]; t[d] == nil && t[w] != nil {
		return narrowed(t[w], w)
	}
	return t[d]
}

// dtype is the dtype that selects the build.
func (k *kernel) dtype(in, out []graph.Spec) graph.Dtype {
	if k.key < len(in) {
		return in[k.key].Dtype
	}
	return out[0].Dtype
}

// check returns why the kernel of an operation cannot do it, nil if it can.
func check(op graph.Op, in, out []graph.Spec) error {
	k := registry[op.Name()]
	switch {
	case k == nil:
		return fmt.Errorf("the native backend has no kernel for %s", op.Name())
	case k.control == nil && k.types.find(k.dtype(in, out)) == nil:
		return fmt.Errorf("the native backend has no kernel for %s of %s: cast its operands", op.Name(), k.dtype(in, out))
	case k.supports != nil:
		return k.supports(op, in, out)
	}
	return nil
}
