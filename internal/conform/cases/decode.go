package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// maxDepth bounds the nesting of a case, far above what model configurations need.
const maxDepth = 1000

// Decode reads a value tree from JSON; arrays are looked up in data.
func Decode(text []byte, data map[string]*npz.Array) (*Value, error) {
	d := decoder{Decoder: json.NewDecoder(bytes.NewReader(text)), data: data}
	d.UseNumber()
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more follows the JSON value at byte %d", d.InputOffset())
	}
	return v, nil
}

// decoder walks tokens instead of unmarshalling into maps, because the order of keys has a meaning (Python's dicts keep it).
type decoder struct {
	*json.Decoder
	data map[string]*npz.Array
}

func (d *decoder) value(depth int) (*Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("values are nested deeper than %d", maxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case nil:
		return &Value{kind: Null}, nil
	case bool:
		return &Value{kind: Bool, text: strconv.FormatBool(t)}, nil
	case string:
		return &Value{kind: String, text: t}, nil
	case json.Number:
		if strings.ContainsAny(t.String(), ".eE") {
			return &Value{kind: Float, text: t.String()}, nil
		}
		return &Value{kind: Int, text: t.String()}, nil
	case json.Delim:
		if t == '[' {
			return d.list(depth)
		}
		return d.object(depth)
	}
	return nil, fmt.Errorf("unexpected token %v", token)
}

func (d *decoder) list(depth int) (*Value, error) {
	v := &Value{kind: List}
	for d.More() {
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
	}
	_, err := d.Token()
	return v, err
}

func (d *decoder) object(depth int) (*Value, error) {
	v := &Value{kind: Dict, keys: []string{}}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.keys = append(v.keys, fmt.Sprint(key))
		v.items = append(v.items, item)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return d.special(v)
}

// special turns an object with a "$" key into what it stands for.
func (d *decoder) special(v *Value) (*Value, error) {
	at := slices.IndexFunc(v.keys, func(k string) bool { return strings.HasPrefix(k, "$") })
	if at < 0 {
		return v, nil
	}
	key, arg := v.keys[at], v.items[at]
	switch key {
	case "$array":
		return d.array(v, arg)
	case "$tuple":
		return as(arg, Tuple, List)
	case "$slice":
		if len(arg.items) != 3 {
			return nil, arg.wrong("start, stop and step in $slice")
		}
		return as(arg, Slice, List)
	case "$dict":
		return as(arg, Dict, Dict)
	case "$keras":
		return as(arg, Keras, Dict)
	case "$dtype":
		return as(arg, Dtype, String)
	case "$dtype_of_tensor":
		return as(arg, DtypeOf, String)
	case "$float":
		if !slices.Contains([]string{"nan", "inf", "-inf"}, arg.text) {
			return nil, arg.wrong(`"nan", "inf" or "-inf" in $float`)
		}
		return as(arg, Float, String)
	case "$ellipsis":
		return &Value{kind: Ellipsis}, nil
	case "$strings":
		return stringTensor(arg)
	case "$spec":
		return symbolic(arg)
	}
	return nil, fmt.Errorf("unknown node %s", key)
}

// as gives the value inside a "$" node the kind that the node names.
func as(v *Value, kind, want Kind) (*Value, error) {
	if v.kind != want {
		return nil, v.wrong(fmt.Sprintf("a %s in a %s node", want, kind))
	}
	v.kind = kind
	return v, nil
}

func (d *decoder) array(node, name *Value) (*Value, error) {
	if name.kind != String {
		return nil, name.wrong("the name of an array")
	}
	a, ok := d.data[name.text]
	if !ok {
		return nil, missing(name.text, d.data)
	}
	shape, err := node.Get("shape").Ints()
	if err != nil {
		return nil, fmt.Errorf("shape of array %s: %w", name.text, err)
	}
	if !slices.Equal(shape, a.Shape) {
		return nil, fmt.Errorf("array %s has shape %v in data.npz and %v in case.json", name.text, a.Shape, shape)
	}
	if dtype, err := node.Get("dtype").Str(); err != nil || dtype != a.Dtype {
		return nil, fmt.Errorf("array %s is %s in data.npz and %s in case.json", name.text, a.Dtype, node.Get("dtype"))
	}
	mask := node.Get("keras_mask")
	if mask.IsNull() {
		mask = nil
	}
	return &Value{kind: Array, text: name.text, shape: a.Shape, tensor: a, mask: mask}, nil
}

func missing(name string, data map[string]*npz.Array) error {
	if data == nil {
		return fmt.Errorf("array %q is asked for, but there is no data.npz", name)
	}
	return fmt.Errorf("data.npz has no array %q", name)
}

func symbolic(v *Value) (*Value, error) {
	shape := v.Get("shape")
	if !shape.IsSequence() {
		return nil, v.wrong("a shape in $spec")
	}
	out := &Value{kind: Spec, shape: make([]int, len(shape.items))}
	for i, axis := range shape.items {
		if axis.IsNull() {
			out.shape[i] = -1
			continue
		}
		var err error
		if out.shape[i], err = axis.Int(); err != nil {
			return nil, shape.wrong("ints and nulls in a shape")
		}
	}
	if dtype := v.Get("dtype"); !dtype.IsNull() {
		var err error
		if out.text, err = dtype.Str(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
