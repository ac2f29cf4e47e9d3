package cases

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// Kind says what a [Value] is.
type Kind int

// The kinds of values in a case. A nil *Value (an absent key) is Null too.
const (
	Null     Kind = iota
	Bool          // true, false
	Int           // a JSON number without fraction and exponent: a Python int
	Float         // any other JSON number, and {"$float": "nan"}
	String        // a string
	List          // [..]
	Tuple         // {"$tuple": [..]}
	Dict          // {..} and {"$dict": {..}}, in the order of the file
	Array         // {"$array": name}: a tensor, its data read from data.npz
	Strings       // {"$strings": nested list}: a string tensor
	Slice         // {"$slice": [start, stop, step]}
	Ellipsis      // {"$ellipsis": true}
	Dtype         // {"$dtype": "float32"}
	Keras         // {"$keras": {..}}: a serialized Keras object; reads like a Dict
	Spec          // {"$spec": {"shape": [null, 3], "dtype": ..}}: a symbolic tensor
	DtypeOf       // {"$dtype_of_tensor": "float32"}: any tensor of that dtype
)

var kindNames = [...]string{"null", "bool", "int", "float", "string", "list", "tuple", "dict", "array", "strings", "slice",
	"ellipsis", "dtype", "keras object", "spec", "dtype of a tensor"}

func (k Kind) String() string { return kindNames[k] }

// Value is a node of an argument or outcome tree. Accessors of the wrong kind return an error that shows the value; all
// of them work on a nil *Value, which is what an absent key gives.
type Value struct {
	kind   Kind
	text   string // a Bool's, Int's or Float's JSON; a String; the name of an Array; the dtype of Dtype, DtypeOf and Spec
	items  []*Value
	keys   []string // of a Dict or Keras; items are its values
	shape  []int    // of an Array, Strings, or Spec, where -1 is an unknown axis
	tensor *npz.Array
	mask   *Value
}

// Kind is what v is; Null for a nil v.
func (v *Value) Kind() Kind {
	if v == nil {
		return Null
	}
	return v.kind
}

// IsNull reports whether v is absent or null (Python's None).
func (v *Value) IsNull() bool { return v.Kind() == Null }

func (v *Value) wrong(want string) error {
	return fmt.Errorf("want %s, have %s %s", want, v.Kind(), v)
}

// Bool is the value of a Bool.
func (v *Value) Bool() (bool, error) {
	if v.Kind() != Bool {
		return false, v.wrong("a bool")
	}
	return v.text == "true", nil
}

// Int is the value of an Int.
func (v *Value) Int() (int, error) {
	if v.Kind() != Int {
		return 0, v.wrong("an int")
	}
	n, err := strconv.Atoi(v.text)
	if err != nil {
		return 0, v.wrong("an int of 64 bits")
	}
	return n, nil
}

// Float is the value of a Float or an Int.
func (v *Value) Float() (float64, error) {
	if k := v.Kind(); k != Float && k != Int {
		return 0, v.wrong("a number")
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil {
		return 0, v.wrong("a float of 64 bits")
	}
	return f, nil
}

// Str is the text of a String, or the name of a Dtype or DtypeOf.
func (v *Value) Str() (string, error) {
	switch v.Kind() {
	case String, Dtype, DtypeOf:
		return v.text, nil
	}
	return "", v.wrong("a string")
}

// Items are the elements of a List or Tuple, the three parts of a Slice (null where left out), or the values of a Dict.
func (v *Value) Items() []*Value {
	if v == nil {
		return nil
	}
	return v.items
}

// IsSequence reports whether v is a List or a Tuple.
func (v *Value) IsSequence() bool { return v.Kind() == List || v.Kind() == Tuple }

// Keys are the keys of a Dict or Keras object in the order of the file.
func (v *Value) Keys() []string {
	if v == nil {
		return nil
	}
	return v.keys
}

// Get is the value at a key of a Dict or Keras object; nil without that key.
func (v *Value) Get(key string) *Value {
	for i, k := range v.Keys() {
		if k == key {
			return v.items[i]
		}
	}
	return nil
}

// Path follows keys downwards; nil as soon as one is missing.
func (v *Value) Path(keys ...string) *Value {
	for _, k := range keys {
		v = v.Get(k)
	}
	return v
}

// Ints are the elements of a List or Tuple of ints; a single Int gives one element.
func (v *Value) Ints() ([]int, error) {
	return elements(v, "a list of ints", (*Value).Int)
}

// Floats are the elements of a List or Tuple of numbers; a single number gives one element.
func (v *Value) Floats() ([]float64, error) {
	return elements(v, "a list of numbers", (*Value).Float)
}

// Strs are the elements of a List or Tuple of strings; a single String gives one element.
func (v *Value) Strs() ([]string, error) {
	return elements(v, "a list of strings", (*Value).Str)
}

func elements[T any](v *Value, want string, get func(*Value) (T, error)) ([]T, error) {
	items := v.Items()
	if !v.IsSequence() {
		items = []*Value{v}
	}
	out := make([]T, len(items))
	for i, item := range items {
		var err error
		if out[i], err = get(item); err != nil {
			return nil, v.wrong(want)
		}
	}
	return out, nil
}

// Array is the tensor of an Array (from data.npz) or Strings (dtype "string", []string). It must not be changed.
func (v *Value) Array() (*npz.Array, error) {
	if k := v.Kind(); k != Array && k != Strings {
		return nil, v.wrong("an array")
	}
	return v.tensor, nil
}

// Name is the name in data.npz of an Array, "" for everything else.
func (v *Value) Name() string {
	if v.Kind() != Array {
		return ""
	}
	return v.text
}

// Mask is the boolean mask attached to an Array (Keras's implicit mask), nil without one.
func (v *Value) Mask() *Value {
	if v == nil {
		return nil
	}
	return v.mask
}

// Spec is the shape (-1: unknown) and dtype of a symbolic tensor; the dtype is "" where none was recorded.
func (v *Value) Spec() (shape []int, dtype string, err error) {
	if v.Kind() != Spec {
		return nil, "", v.wrong("a symbolic tensor")
	}
	return v.shape, v.text, nil
}

// Leaves are the values of v that are not containers, depth first, the keys of dicts sorted: Keras's tree.flatten.
// None is not a leaf.
func (v *Value) Leaves() []*Value {
	switch v.Kind() {
	case Null:
		return nil
	case List, Tuple:
		var out []*Value
		for _, item := range v.items {
			out = append(out, item.Leaves()...)
		}
		return out
	case Dict:
		var out []*Value
		for _, key := range sorted(v.keys) {
			out = append(out, v.Get(key).Leaves()...)
		}
		return out
	}
	return []*Value{v}
}

// String prints v briefly, for error messages.
func (v *Value) String() string {
	var b strings.Builder
	v.print(&b)
	if text := []rune(b.String()); len(text) > 120 {
		return string(text[:117]) + "..."
	}
	return b.String()
}

func (v *Value) print(b *strings.Builder) {
	join := func(open, end string) {
		b.WriteString(open)
		for i, item := range v.items {
			if i > 0 {
				b.WriteString(", ")
			}
			if v.keys != nil {
				b.WriteString(v.keys[i] + ": ")
			}
			item.print(b)
		}
		b.WriteString(end)
	}
	switch v.Kind() {
	case Null:
		b.WriteString("None")
	case Bool, Int, Float, Dtype:
		b.WriteString(v.text)
	case String:
		b.WriteString(strconv.Quote(v.text))
	case List:
		join("[", "]")
	case Tuple:
		join("(", ")")
	case Dict:
		join("{", "}")
	case Keras:
		join("keras{", "}")
	case Slice:
		join("slice(", ")")
	case Ellipsis:
		b.WriteString("...")
	case Array, Strings:
		fmt.Fprintf(b, "%s %s%v", v.text, v.tensor.Dtype, v.shape)
	case Spec, DtypeOf:
		fmt.Fprintf(b, "tensor %s%v", v.text, v.shape)
	}
}
