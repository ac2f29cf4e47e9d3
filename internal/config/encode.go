package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// Object is a class with its configuration, in the order in which Keras writes them.
type Object struct {
	Module     any            `json:"module"` // a string, or nil for a user's class
	ClassName  string         `json:"class_name"`
	Config     map[string]any `json:"config"`
	Registered any            `json:"registered_name"`
}

// Configurer is an object whose configuration is more than its fields: Config may change or replace what the fields gave.
type Configurer interface {
	Config(fields map[string]any) (map[string]any, error)
}

// anonymous reports whether a function is a literal, which Go calls func1 or 1.
func anonymous(f any) bool {
	name := strings.TrimPrefix(FuncName(f), "func")
	return name != "" && strings.Trim(name, "0123456789") == ""
}

// Float is a number that is written with a fraction or an exponent, 1.0, because Keras tells Python's floats from integers.
type Float float64

// MarshalJSON writes the number.
func (f Float) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(float64(f))
	if err == nil && !bytes.ContainsAny(b, ".e") {
		b = append(b, ".0"...)
	}
	return b, err
}

// Encode writes an object as Keras serializes it: nil and plain values as they are, a function as its name, anything else
// as an Object. A class of one's own that is not registered goes by its Go name; an unregistered function is an error.
func Encode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	r := reflect.ValueOf(v)
	mu.RLock()
	var e *entry
	if r.Kind() == reflect.Func {
		e = byFunc[r.Pointer()]
		if e == nil {
			e = customFunc(r)
		}
	} else {
		e = byType[structType(r.Type())]
	}
	mu.RUnlock()
	switch {
	case r.Kind() == reflect.Func && e != nil:
		if e.registered != "" {
			return e.registered, nil
		}
		return e.class, nil
	case r.Kind() == reflect.Func && anonymous(v):
		return nil, errors.New("a function without a name cannot be saved: declare it with a name and call saving.Register(\"mypackage>name\", name)")
	case r.Kind() == reflect.Func:
		return nil, fmt.Errorf("the function %s is not registered: call saving.Register(%q, %s)", FuncName(v), "mypackage>"+FuncName(v), FuncName(v))
	case e == nil && structType(r.Type()).Kind() == reflect.Struct: // a class of one's own: named when the file is loaded
		c, err := Fields(v)
		name := structType(r.Type()).Name()
		return Object{ClassName: name, Config: c, Registered: name}, err
	case e == nil:
		return v, nil
	}
	c, err := Fields(v)
	if err != nil {
		return nil, err
	}
	o := Object{Module: e.module, ClassName: e.class, Config: c}
	if e.registered != "" {
		o.Module, o.Registered = nil, e.registered
	}
	return o, nil
}

// customFunc finds a registered function of the user. mu is held.
func customFunc(f reflect.Value) *entry {
	for _, e := range custom.byName {
		if e.proto.Kind() == reflect.Func && e.proto.Pointer() == f.Pointer() {
			return e
		}
	}
	return nil
}

// Fields is the configuration of a struct: its exported fields under Keras's names, defaults filled in.
func Fields(v any) (map[string]any, error) {
	s := reflect.Indirect(reflect.ValueOf(v))
	out := map[string]any{}
	for _, f := range fieldsOf(s.Type()) {
		fv := s.FieldByIndex(f.index)
		if f.omit && fv.IsZero() {
			continue
		}
		x, err := encodeField(fv, f)
		if err != nil {
			return nil, FieldError(v, f.goName, err)
		}
		out[f.name] = x
	}
	if c, ok := v.(Configurer); ok {
		return c.Config(out)
	}
	return out, nil
}

func encodeField(v reflect.Value, f field) (any, error) {
	if f.def == "none" && v.IsZero() {
		return nil, nil
	}
	if f.not {
		return !v.Bool(), nil
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	resolveField(c, f.def)
	x, err := encodeValue(c, f.goName)
	if f.list && err == nil {
		x = []any{x}
	}
	return x, err
}

func encodeValue(v reflect.Value, goName string) (any, error) {
	switch v.Kind() {
	case reflect.Float64:
		if v.Float() == graph.Zero {
			return Float(0), nil
		}
		return Float(v.Float()), nil
	case reflect.Int:
		if v.Int() == ZeroInt {
			return 0, nil
		}
		return int(v.Int()), nil
	case reflect.String:
		if v.String() == "" {
			return nil, nil
		}
		return v.String(), nil
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return encodeLike(v.Interface(), goName)
	case reflect.Slice, reflect.Array:
		return encodeList(v, goName)
	case reflect.Func:
		if v.IsNil() {
			return nil, nil
		}
		return Encode(v.Interface())
	case reflect.Struct:
		return Encode(v.Interface())
	}
	return v.Interface(), nil
}

func encodeList(v reflect.Value, goName string) (any, error) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return nil, nil
	}
	out := make([]any, v.Len())
	for i := range out {
		x, err := encodeValue(v.Index(i), goName)
		if err != nil {
			return nil, err
		}
		if out[i] = x; x == nil && v.Index(i).Kind() == reflect.Int {
			out[i] = 0
		}
		if n, ok := out[i].(int); ok && n == graph.None {
			out[i] = nil
		}
	}
	return out, nil
}

// encodeLike writes a field that holds a name, an object or a function. Names of classes become objects, as in Keras;
// names of functions (activations) stay names.
func encodeLike(v any, goName string) (any, error) {
	name, ok := v.(string)
	if !ok {
		return Encode(v)
	}
	r := family(goName)
	if r == nil {
		return name, nil
	}
	o, err := r.New(name)
	if err != nil {
		return nil, err
	}
	if reflect.TypeOf(o).Kind() == reflect.Func {
		return name, nil
	}
	return Encode(o)
}

// family finds the registry that the names in a field belong to, by the last word of the field's name: KernelInitializer
// holds an initializer.
func family(goName string) *Registry {
	lower := strings.ToLower(goName)
	for _, r := range registries {
		if r.kind != "custom object" && strings.HasSuffix(lower, r.kind) {
			return r
		}
	}
	return nil
}
