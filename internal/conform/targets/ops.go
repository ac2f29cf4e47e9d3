package targets

import (
	"fmt"
	"maps"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// opFunc calls one function of keras.ops with the arguments of a case.
type opFunc func(c *call) graph.Nodes

// keras are the functions of keras.ops by name.
var keras = merged(elementwise, relations, reductions, ordering, structure, makers, indexing, products, neural, linear, imaging, fourier)

func merged(tables ...map[string]opFunc) map[string]opFunc {
	all := map[string]opFunc{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// runOp compares a function of keras.ops and its gradients.
func runOp(c *cases.Case) error {
	e := newEval()
	e.channelsFirst = c.ChannelsFirst
	ys, err := callOp(e, c.Target.Name, c.Args)
	if err != nil {
		return err
	}
	for i, y := range ys {
		if y.Dtype() == graph.Float64 { // recorded as float32; category dtypes knows the dtype
			ys[i] = ops.Cast(y, graph.Float32)
		}
	}
	return e.check(c, ys)
}

// callOp builds the call of a function; arguments that it does not read are an error.
func callOp(e *eval, name string, args *cases.Value) (graph.Nodes, error) {
	f := keras[name]
	if f == nil {
		return nil, cases.ErrUnsupported{What: "ops." + name}
	}
	c := &call{Args: cases.NewArgs(name, args), name: name, e: e}
	ys := f(c)
	if c.err != nil {
		return nil, c.err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if err := e.g.Err(); err != nil {
		return nil, err
	}
	return ys, ys.FirstErr()
}

// call reads the arguments of one function as nodes. The first mistake is kept.
type call struct {
	*cases.Args
	name string
	e    *eval
	err  error
}

func (c *call) fail(err error) *graph.Node {
	if c.err == nil {
		c.err = err
	}
	return c.e.g.Errorf("%v", err)
}

// unsupported says that a function cannot take what it was given.
func (c *call) unsupported(format string, args ...any) *graph.Node {
	return c.fail(cases.ErrUnsupported{What: fmt.Sprintf(format, args...)})
}

// node is a tensor argument; a number or list is what convert_to_tensor makes of it, None and an absent argument are nil.
func (c *call) node(name string) *graph.Node { return c.of(c.Get(name)) }

func (c *call) of(v *cases.Value) *graph.Node {
	n, err := c.e.node(v)
	if err != nil {
		return c.fail(err)
	}
	return n
}

// nodes is an argument that is a list of tensors, or one tensor whose rows are taken.
func (c *call) nodes(name string) graph.Nodes {
	v := c.Get(name)
	if !v.IsSequence() {
		return ops.Unstack(c.of(v), 0)
	}
	var out graph.Nodes
	for _, item := range v.Items() {
		out = append(out, c.of(item))
	}
	return out
}

// pair is two operands. A Python number beside a tensor has no dtype of its own: it takes the tensor's where that can hold
// it, else int32 or float32.
func (c *call) pair(a, b string) (x, y *graph.Node) {
	u, v := c.Get(a), c.Get(b)
	switch {
	case scalar(u) && !scalar(v):
		y = c.of(v)
		x = c.beside(y, u)
	case scalar(v) && !scalar(u):
		x = c.of(u)
		y = c.beside(x, v)
	default:
		x, y = c.of(u), c.of(v)
	}
	return x, y
}

func scalar(v *cases.Value) bool { return v.Kind() == cases.Int || v.Kind() == cases.Float }

// beside is the number v as a constant that x is combined with.
func (c *call) beside(x *graph.Node, v *cases.Value) *graph.Node {
	f, err := v.Float()
	if err != nil {
		return c.fail(err)
	}
	d := x.Dtype()
	switch {
	case d.IsFloat():
	case v.Kind() == cases.Float:
		d = graph.Float32
	case d == graph.Bool:
		d = graph.Int32
	}
	return c.e.g.Scalar(d, f)
}

// dtype is the argument dtype; none without it.
func (c *call) dtype() []graph.Dtype {
	if s := c.Str("dtype", ""); s != "" {
		return []graph.Dtype{graph.Dtype(s)}
	}
	return nil
}

// cast casts x to the argument dtype, if there is one.
func (c *call) cast(x *graph.Node) *graph.Node {
	for _, d := range c.dtype() {
		x = ops.Cast(x, d)
	}
	return x
}

// Int and Float are those of cases.Args, in which a tensor that is recorded without value stands for 1.
func (c *call) Int(name string, otherwise int) int {
	if c.Get(name).Kind() == cases.DtypeOf {
		return 1
	}
	return c.Args.Int(name, otherwise)
}

func (c *call) Float(name string, otherwise float64) float64 {
	if c.Get(name).Kind() == cases.DtypeOf {
		return 1
	}
	return c.Args.Float(name, otherwise)
}

// numbers is an argument that is a sequence of ints, one int, or an array of them.
func (c *call) numbers(name string) []int {
	v := c.Get(name)
	if v.Kind() != cases.Array {
		return c.Ints(name)
	}
	a, err := v.Array()
	if err != nil {
		c.fail(err)
		return nil
	}
	switch data := a.Data.(type) {
	case []int32:
		return widened(data)
	case []int64:
		return widened(data)
	case []uint8:
		return widened(data)
	}
	c.fail(fmt.Errorf("argument %s is %v, want integers", name, v))
	return nil
}

func widened[T int32 | int64 | uint8](data []T) []int {
	out := make([]int, len(data))
	for i, v := range data {
		out[i] = int(v)
	}
	return out
}

// sizes is a shape; None and what the graph computes are unknown sizes.
func (c *call) sizes(name string) []int {
	v := c.Get(name)
	if !v.IsSequence() {
		return c.Ints(name)
	}
	out := make([]int, len(v.Items()))
	for i, item := range v.Items() {
		if out[i] = graph.None; item.IsNull() || item.Kind() == cases.DtypeOf || item.Kind() == cases.Spec {
			continue
		}
		n, err := item.Int()
		if err != nil {
			c.fail(err)
		}
		out[i] = n
	}
	return out
}

// format is the argument data_format, whose default is a global setting of Keras.
func (c *call) format() string {
	if c.e.channelsFirst {
		return c.Str("data_format", "channels_first")
	}
	return c.Str("data_format", "")
}

// one is an opFunc with one result.
func one(f func(c *call) *graph.Node) opFunc {
	return func(c *call) graph.Nodes { return graph.Nodes{f(c)} }
}

// unary is a function of the tensor x.
func unary(f func(x *graph.Node) *graph.Node) opFunc {
	return one(func(c *call) *graph.Node { return f(c.node("x")) })
}

// binary is a function of the operands x1 and x2.
func binary(f func(a, b *graph.Node) *graph.Node) opFunc {
	return one(func(c *call) *graph.Node { return f(c.pair("x1", "x2")) })
}

// bits is a function of the operands x and y.
func bits(f func(a, b *graph.Node) *graph.Node) opFunc {
	return one(func(c *call) *graph.Node { return f(c.pair("x", "y")) })
}

// alone is an argument that must be None or its default, because nothing here corresponds to it.
func (c *call) alone(name string, ok func(v *cases.Value) bool) {
	if v := c.Get(name); !v.IsNull() && !ok(v) {
		c.unsupported("argument %s=%v of %s", name, v, c.name)
	}
}

func isFalse(v *cases.Value) bool { b, err := v.Bool(); return err == nil && !b }
