package functional

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// opCall is a recorded call of an operation of keras.ops.
type opCall struct {
	g      *graph.Graph
	config map[string]any // its attributes
	args   []any
	kwargs map[string]any
	err    error
}

// node is positional argument i, or the one of that name, as a node; a number becomes a constant of the tensors' dtype, or an
// integer beside integers.
func (c *opCall) node(i int, name string) *graph.Node {
	switch v := c.arg(i, name).(type) {
	case *graph.Node:
		return v
	case nil:
		c.err = fmt.Errorf("argument %d (%s) is missing", i, name)
	case bool:
		return c.g.Const(v)
	default:
		x, ok := config.Number(v)
		if !ok {
			return c.g.Const(v)
		}
		d := c.floatDtype()
		if d == "" && x == float64(int(x)) {
			return c.g.Const(int(x))
		}
		n := c.g.Const(x)
		if d != "" {
			n = ops.Cast(n, d)
		}
		return n
	}
	return c.g.Errorf("%v", c.err)
}

// floatDtype is the dtype of the first float tensor among the arguments, "" without one.
func (c *opCall) floatDtype() graph.Dtype {
	for _, a := range c.args {
		if n, ok := a.(*graph.Node); ok && n.Dtype().IsFloat() {
			return n.Dtype()
		}
	}
	return ""
}

// arg finds an argument by position, name, or among the attributes.
func (c *opCall) arg(i int, name string) any {
	if i >= 0 && i < len(c.args) {
		return c.args[i]
	}
	if v, ok := c.kwargs[name]; ok {
		return v
	}
	return c.config[name]
}

// nodes is an argument that is a list of tensors.
func (c *opCall) nodes(i int, name string) graph.Nodes {
	l, _ := c.arg(i, name).([]any)
	ns, err := nodeList(l)
	if err != nil || len(ns) == 0 {
		c.err = fmt.Errorf("argument %d (%s) is %v, want a list of tensors", i, name, c.arg(i, name))
	}
	return ns
}

// ints is an argument that is a number or a list of them; nil if absent.
func (c *opCall) ints(i int, name string) []int {
	switch v := c.arg(i, name).(type) {
	case nil:
		return nil
	case []any:
		out := make([]int, len(v))
		for k, x := range v {
			n, ok := config.Number(x)
			if x == nil {
				n, ok = graph.None, true
			}
			if !ok {
				c.err = fmt.Errorf("%s is %v, want numbers", name, v)
			}
			out[k] = int(n)
		}
		return out
	default:
		n, ok := config.Number(v)
		if !ok {
			c.err = fmt.Errorf("%s is %v, want a number", name, v)
		}
		return []int{int(n)}
	}
}

// int is ints for one number with a default.
func (c *opCall) int(i int, name string, def int) int {
	if v := c.ints(i, name); len(v) > 0 {
		return v[0]
	}
	return def
}

// flag is an attribute that is true or false, with a default.
func (c *opCall) flag(name string, def bool) bool {
	if b, ok := c.arg(-1, name).(bool); ok {
		return b
	}
	return def
}

func (c *opCall) bool(i int, name string) bool { b, _ := c.arg(i, name).(bool); return b }

func (c *opCall) string(i int, name string) string { s, _ := c.arg(i, name).(string); return s }

func (c *opCall) float(i int, name string, def float64) float64 {
	if v, ok := config.Number(c.arg(i, name)); ok {
		return v
	}
	return def
}

// getItem is x[key] with numbers, slices and an ellipsis.
func getItem(c *opCall) *graph.Node {
	x := c.node(0, "x")
	key, ok := c.arg(1, "key").([]any)
	if !ok {
		key = []any{c.arg(1, "key")}
	}
	axis := 0
	for i, k := range key {
		if t, ok := k.(map[string]any); ok {
			switch t["class_name"] {
			case "__slice__":
				cfg, _ := t["config"].(map[string]any)
				x = sliceItem(c, x, axis, cfg)
				axis++
				continue
			case "__ellipsis__":
				axis = x.Shape().Rank() - (len(key) - 1 - i)
				continue
			}
		}
		n, ok := config.Number(k)
		if !ok {
			c.err = fmt.Errorf("index %v is not supported", k)
			return x
		}
		stop := int(n) + 1
		if int(n) == -1 {
			stop = x.Shape().Dim(axis)
		}
		x = ops.Squeeze(ops.SliceAxis(x, axis, int(n), stop), axis)
	}
	return x
}

func sliceItem(c *opCall, x *graph.Node, axis int, cfg map[string]any) *graph.Node {
	start, stop, step := cfg["start"], cfg["stop"], cfg["step"]
	at := func(v any, def int) int {
		if n, ok := config.Number(v); ok {
			return int(n)
		}
		return def
	}
	if start == nil && stop == nil && step == nil {
		return x
	}
	if at(step, 1) < 0 {
		if start == nil && stop == nil && at(step, 1) == -1 {
			return ops.Flip(x, axis)
		}
		c.err = fmt.Errorf("a slice with step %d is not supported", at(step, 1))
		return x
	}
	return ops.SliceStep(x, axis, at(start, 0), at(stop, graph.None), at(step, 1))
}

// encodeOp writes an operation between layers as Keras's class.
func encodeOp(n *graph.Node) (serialized, error) {
	const numpy, nn = "keras.src.ops.numpy", "keras.src.ops.nn"
	o := func(module, class string, cfg map[string]any) (serialized, error) {
		if cfg == nil {
			cfg = map[string]any{}
		}
		return serialized{Module: module, ClassName: class, Config: cfg, Registered: class}, nil
	}
	if class, ok := simpleOps[n.Op().Name()]; ok {
		module := numpy
		if class == "Relu" || class == "Sigmoid" || class == "Softplus" {
			module = nn
		}
		return o(module, class, nil)
	}
	switch op := n.Op().(type) {
	case ops.TransposeOp:
		return o(numpy, "Transpose", map[string]any{"axes": op.Perm.Slice()})
	case ops.ConcatOp:
		return o(numpy, "Concatenate", map[string]any{"axis": op.Axis})
	case ops.ReshapeOp:
		return o(numpy, "Reshape", map[string]any{"newshape": newshape(n.Shape())})
	case ops.ReduceOp:
		class := map[string]string{"sum": "Sum", "prod": "Prod", "max": "Max", "min": "Min", "any": "Any", "all": "All"}[op.Kind]
		return o(numpy, class, map[string]any{"axis": op.Axes.Slice(), "keepdims": op.Keep})
	}
	return serialized{}, fmt.Errorf("%s (%s, %s) has no Keras form: put it into a layer of your own and register it", n.Name(), graph.OpString(n.Op()), n.Pos())
}

// simpleOps are the operations without attributes, by the names of ours.
var simpleOps = map[string]string{
	"add": "Add", "sub": "Subtract", "mul": "Multiply", "div": "TrueDivide", "pow": "Power", "maximum": "Maximum",
	"minimum": "Minimum", "neg": "Negative", "abs": "Absolute", "square": "Square", "sqrt": "Sqrt", "exp": "Exp", "log": "Log",
	"sin": "Sin", "cos": "Cos", "tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "softplus": "Softplus", "matmul": "Matmul",
	"equal": "Equal", "not_equal": "NotEqual", "less": "Less", "less_equal": "LessEqual", "greater": "Greater", "greater_equal": "GreaterEqual",
}

// newshape writes one unknown size as -1.
func newshape(s graph.Shape) []int {
	out := make([]int, len(s))
	for i, d := range s {
		if out[i] = d; d == graph.None {
			out[i] = -1
		}
	}
	return out
}
