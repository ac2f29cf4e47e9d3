package functional

import (
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
)

// legacyOps are the classes in which Keras 2 holds operations between layers.
var legacyOps = map[string]bool{"TFOpLambda": true, "SlicingOpLambda": true}

// legacyNames maps TensorFlow's functions to the classes of keras.ops.
var legacyNames = map[string]string{
	"__operators__.add": "Add", "math.add": "Add", "math.subtract": "Subtract", "math.multiply": "Multiply", "math.truediv": "TrueDivide",
	"math.divide": "TrueDivide", "math.pow": "Power", "math.maximum": "Maximum", "math.minimum": "Minimum", "math.negative": "Negative",
	"math.abs": "Absolute", "math.square": "Square", "math.sqrt": "Sqrt", "math.exp": "Exp", "math.log": "Log", "math.tanh": "Tanh",
	"math.sigmoid": "Sigmoid", "math.reduce_sum": "Sum", "math.reduce_mean": "Mean", "math.reduce_max": "Max", "math.reduce_min": "Min",
	"math.greater": "Greater", "math.less": "Less", "math.equal": "Equal", "math.not_equal": "NotEqual", "linalg.matmul": "Matmul",
	"nn.relu": "Relu", "nn.softmax": "Softmax", "nn.gelu": "Gelu", "nn.silu": "Silu", "reshape": "Reshape", "transpose": "Transpose",
	"expand_dims": "ExpandDims", "concat": "Concatenate", "squeeze": "Squeeze", "cast": "Cast", "__operators__.getitem": "GetItem",
}

// fromLegacyOp turns an operation of Keras 2 into that of keras.ops. Its attributes are arguments of the call.
func (it *item) fromLegacyOp() error {
	function, _ := it.config["function"].(string)
	class := legacyNames[function]
	if class == "" {
		return fmt.Errorf("the TensorFlow function %q is not supported", function)
	}
	it.class, it.module, it.registered = class, "keras.src.ops.numpy", class
	it.config = map[string]any{"name": it.name}
	it.name = strings.ReplaceAll(it.name, "/", "_")
	for i, call := range it.calls {
		args, kwargs, err := callTree(call)
		if err != nil {
			return err
		}
		delete(kwargs, "name")
		for old, name := range map[string]string{"perm": "axes", "shape": "newshape", "keepdims": "keepdims"} {
			if v, ok := kwargs[old]; ok {
				delete(kwargs, old)
				it.config[name] = v
			}
		}
		if axis, ok := kwargs["axis"]; ok {
			it.config["axis"] = axis
			delete(kwargs, "axis")
		}
		if y, ok := kwargs["y"]; ok {
			args = append(args, y)
			delete(kwargs, "y")
		}
		if spec, ok := kwargs["slice_spec"].([]any); ok {
			args = append(args, slicesOf(spec))
			delete(kwargs, "slice_spec")
		}
		it.calls[i] = map[string]any{"args": args, "kwargs": kwargs}
	}
	return nil
}

// slicesOf writes Keras 2's slices as Keras 3's.
func slicesOf(spec []any) []any {
	out := make([]any, len(spec))
	for i, s := range spec {
		out[i] = s
		if m, ok := s.(map[string]any); ok {
			out[i] = map[string]any{"class_name": "__slice__", "config": m}
		}
	}
	return out
}

func legacyInput(tree map[string]any, l layers.Layer) *layers.Input {
	if _, ok := l.(*layers.Input); ok {
		return nil
	}
	c, _ := tree["config"].(map[string]any)
	for _, key := range []string{"batch_input_shape", "batch_shape"} {
		if shape, ok := c[key].([]any); ok && len(shape) > 0 {
			if in, err := decodeInput(map[string]any{"batch_shape": shape, "dtype": nil}); err == nil {
				return in
			}
		}
	}
	return nil
}

func legacyCall(n []any) (args []any, kwargs map[string]any, err error) {
	var list []any
	kwargs = map[string]any{}
	if len(n) > 0 && isString(n[0]) { // one input, not in a list
		n = []any{n}
	}
	for _, x := range n {
		ref, ok := x.([]any)
		if !ok || len(ref) < 3 {
			return nil, nil, fmt.Errorf("a Keras 2 inbound node is %v", x)
		}
		list = append(list, map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{"keras_history": ref[:3]}})
		if len(ref) > 3 {
			if k, ok := ref[3].(map[string]any); ok {
				for key, v := range k {
					kwargs[key] = legacyValue(v)
				}
			}
		}
	}
	if len(list) == 1 {
		return list, kwargs, nil
	}
	return []any{list}, kwargs, nil
}

func isString(v any) bool { _, ok := v.(string); return ok }

func legacyValue(v any) any {
	l, ok := v.([]any)
	if !ok {
		return v
	}
	if len(l) == 3 {
		name, ok1 := l[0].(string)
		_, ok2 := config.Number(l[1])
		if ok1 && ok2 && name != "_CONSTANT_VALUE" {
			return map[string]any{"class_name": "__keras_tensor__", "config": map[string]any{"keras_history": l}}
		}
	}
	out := make([]any, len(l))
	for i, x := range l {
		out[i] = legacyValue(x)
	}
	return out
}
