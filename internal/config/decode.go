package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// Decoder builds objects from Keras's serialized form.
type Decoder struct {
	// Custom maps class names, or registered names, to prototypes: structs, pointers or functions. It is asked first.
	Custom map[string]any
	// Special builds a class from its whole serialized form; nil, nil means that it does not know the class. Models are built this way.
	Special func(d *Decoder, class string, tree map[string]any) (any, error)
}

// FromConfigurer is an object whose configuration is more than its fields.
type FromConfigurer interface {
	FromConfig(d *Decoder, c map[string]any) error
}

// Decode builds what a serialized tree says: an object or function for {"class_name": ...}, anything else as it is.
// The kind ("layer") tells which names a bare string means; "" leaves strings as they are.
func (d *Decoder) Decode(tree any, kind string) (any, error) {
	switch t := tree.(type) {
	case map[string]any:
		if class, ok := t["class_name"].(string); ok {
			return d.object(class, t, kind)
		}
		return nil, fmt.Errorf("a serialized %s needs a class_name, got the keys %v", kind, slices.Sorted(maps.Keys(t)))
	case string:
		if kind == "" {
			return t, nil
		}
		e, err := d.find(t, "", kind, nil)
		if err != nil {
			return nil, err
		}
		return e.fresh().Interface(), nil
	}
	return tree, nil
}

func (d *Decoder) object(class string, t map[string]any, kind string) (any, error) {
	if d.Special != nil {
		if v, err := d.Special(d, class, t); v != nil || err != nil {
			return v, err
		}
	}
	if class == "function" { // {"class_name": "function", "config": "relu"}
		if name, ok := t["config"].(string); ok {
			return d.Decode(name, kind)
		}
	}
	module, _ := t["module"].(string)
	e, err := d.find(class, module, kind, t["registered_name"])
	if err != nil {
		return nil, err
	}
	v := e.fresh()
	if v.Kind() == reflect.Func {
		return v.Interface(), nil
	}
	p := v
	if v.Kind() != reflect.Pointer {
		p = reflect.New(v.Type())
		p.Elem().Set(v)
	}
	c, _ := t["config"].(map[string]any)
	if err := d.Fields(p.Interface(), c); err != nil {
		return nil, fmt.Errorf("%s: %w", class, err)
	}
	if v.Kind() != reflect.Pointer {
		p = p.Elem()
	}
	return p.Interface(), nil
}

// find looks a class up: custom objects, registered classes, then the registry of the module or of the kind.
func (d *Decoder) find(class, module, kind string, registered any) (*entry, error) {
	reg, _ := registered.(string)
	for _, name := range []string{reg, class} {
		if p, ok := d.Custom[name]; ok && name != "" {
			return &entry{class: class, registered: name, proto: reflect.ValueOf(p)}, nil
		}
	}
	mu.RLock()
	defer mu.RUnlock()
	for _, name := range []string{reg, class} {
		if e := custom.byName[name]; e != nil && name != "" {
			return e, nil
		}
	}
	for _, r := range registries {
		if e := r.byName[class]; e != nil && (module != "" && strings.HasPrefix(module, r.module) || module == "" && r.kind == kind) {
			return e, nil
		}
	}
	if kind == "" || module != "" {
		for _, r := range registries {
			if e := r.byName[class]; e != nil && (kind == "" || r.kind == kind) {
				return e, nil
			}
		}
	}
	if kind == "" {
		kind = "object"
	}
	return nil, fmt.Errorf("unknown %s class %s: pass it in saving.Options.CustomObjects or register it with saving.Register", kind, class)
}

// ignored are keys that every Keras class may carry and that say nothing here.
var ignored = []string{"build_config", "compile_config", "shared_object_id", "batch_input_shape", "batch_shape", "sparse", "ragged", "module", "registered_name", "quantization_config", "lora_rank", "lora_alpha", "implementation", "key_shape", "query_shape", "value_shape"}

// Fields sets the fields of what p points to from a configuration. Keys without a field are an error if their value is
// not null, because a setting would be lost.
func (d *Decoder) Fields(p any, c map[string]any) error {
	if f, ok := p.(FromConfigurer); ok {
		return f.FromConfig(d, c)
	}
	return d.SetFields(p, c)
}

// SetFields is Fields without asking for FromConfig, to be called by it.
func (d *Decoder) SetFields(p any, c map[string]any) error {
	s := reflect.ValueOf(p).Elem()
	used := map[string]bool{}
	// where fields share a name (a number, or an object in its place), the value goes to the one that can hold it
	taken, refused := map[string]bool{}, map[string]error{}
	for _, f := range fieldsOf(s.Type()) {
		x, ok := c[f.name]
		used[f.name] = true
		if ok && x == nil && f.null != "" {
			x = f.null
		}
		if !ok || x == nil {
			continue
		}
		if err := d.set(s.FieldByIndex(f.index), x, f); err == nil {
			taken[f.name] = true
		} else if refused[f.name] == nil {
			refused[f.name] = err
		}
	}
	for _, k := range slices.Sorted(maps.Keys(refused)) {
		if !taken[k] {
			return fmt.Errorf("%s: %w", k, refused[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c)) {
		if !used[k] && c[k] != nil && !slices.Contains(ignored, k) && !(k == "time_major" && c[k] == false) && !(k == "groups" && c[k] == 1.0) {
			return fmt.Errorf("%s has no setting %q (value %v)", s.Type().Name(), k, c[k])
		}
	}
	return nil
}

// set writes a JSON value into a field, keeping what is meant when it is 0 and the field's zero value means a default.
func (d *Decoder) set(v reflect.Value, x any, f field) error {
	if f.not {
		b, ok := x.(bool)
		if !ok {
			return fmt.Errorf("got %v, want true or false", x)
		}
		v.SetBool(!b)
		return nil
	}
	if err := d.assign(v, x, f.goName); err != nil {
		return err
	}
	if f.def != "" && v.IsZero() && f.def != "0" {
		switch v.Kind() {
		case reflect.Float64:
			v.SetFloat(graph.Zero)
		case reflect.Int:
			v.SetInt(ZeroInt)
		case reflect.Array:
			zeroArray(v)
		}
	}
	return nil
}

// zeroArray says that the zeros of an array are meant.
func zeroArray(v reflect.Value) {
	for i := range v.Len() {
		switch e := v.Index(i); e.Kind() {
		case reflect.Array:
			zeroArray(e)
		case reflect.Int:
			e.SetInt(ZeroInt)
		}
	}
}

func (d *Decoder) assign(v reflect.Value, x any, goName string) error {
	switch v.Kind() {
	case reflect.Interface:
		return d.assignInterface(v, x, goName)
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Bool || v.Type().Elem().Kind() == reflect.Float64 || v.Type().Elem().Kind() == reflect.Int {
			p := reflect.New(v.Type().Elem())
			v.Set(p)
			return d.assign(p.Elem(), x, goName)
		}
		o, err := d.Decode(x, "")
		if err != nil {
			return err
		}
		return put(v, o)
	case reflect.Float64:
		n, ok := Number(x)
		if !ok {
			return fmt.Errorf("got %v, want a number", x)
		}
		v.SetFloat(n)
	case reflect.Int, reflect.Int64:
		if l, ok := x.([]any); ok && len(l) == 1 {
			x = l[0] // KernelSize of a Conv1D
		}
		n, ok := Number(x)
		if !ok || n != math.Trunc(n) {
			return fmt.Errorf("got %v, want a whole number", x)
		}
		v.SetInt(int64(n))
	case reflect.Uint64:
		n, ok := Number(x)
		if !ok || n < 0 {
			return fmt.Errorf("got %v, want a number of at least 0", x)
		}
		v.SetUint(uint64(n))
	case reflect.Bool:
		switch b := x.(type) {
		case bool:
			v.SetBool(b)
		default:
			n, ok := Number(x)
			if !ok {
				return fmt.Errorf("got %v, want true or false", x)
			}
			v.SetBool(n != 0)
		}
	case reflect.String:
		return assignString(v, x)
	case reflect.Array, reflect.Slice:
		return d.assignList(v, x, goName)
	case reflect.Func, reflect.Struct:
		o, err := d.Decode(x, kindOf(goName))
		if err != nil {
			return err
		}
		return put(v, o)
	case reflect.Map:
		return assignMap(v, x)
	default:
		return fmt.Errorf("a field of type %v cannot be set from a configuration", v.Type())
	}
	return nil
}

// assignString takes a string, or a dtype policy in its serialized form.
func assignString(v reflect.Value, x any) error {
	switch s := x.(type) {
	case string:
		v.SetString(s)
		return nil
	case map[string]any:
		if c, ok := s["config"].(map[string]any); ok {
			if name, ok := c["name"].(string); ok {
				v.SetString(name)
				return nil
			}
			mode, ok := c["mode"].(string)
			if source, known := c["source_name"].(string); ok && known { // a quantized policy
				v.SetString(mode + "_from_" + source)
				return nil
			}
		}
	}
	return fmt.Errorf("got %v, want a string", x)
}

func (d *Decoder) assignInterface(v reflect.Value, x any, goName string) error {
	kind := kindOf(goName)
	switch t := x.(type) {
	case map[string]any:
		if _, ok := t["class_name"]; !ok {
			v.Set(reflect.ValueOf(x))
			return nil
		}
	case string:
		if v.NumMethod() == 0 { // a Like: the name is as good as the object
			if r := family(goName); r != nil && d.Custom[t] == nil {
				if _, known := r.byName[t]; !known {
					if o, err := d.Decode(t, kind); err == nil {
						return put(v, o)
					}
				}
			}
			v.Set(reflect.ValueOf(t))
			return nil
		}
	default:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(x))
			return nil
		}
	}
	o, err := d.Decode(x, kind)
	if err != nil {
		return err
	}
	return put(v, o)
}

func kindOf(goName string) string {
	if r := family(goName); r != nil {
		return r.kind
	}
	return ""
}

func put(v reflect.Value, o any) error {
	r := reflect.ValueOf(o)
	if !r.IsValid() || !r.Type().AssignableTo(v.Type()) {
		return fmt.Errorf("a %T is no %v", o, v.Type())
	}
	v.Set(r)
	return nil
}

// assignList takes a list, or one value for all elements of an array.
func (d *Decoder) assignList(v reflect.Value, x any, goName string) error {
	l, ok := x.([]any)
	if !ok {
		if v.Kind() == reflect.Array {
			l = slices.Repeat([]any{x}, v.Len())
		} else {
			l = []any{x}
		}
	}
	if v.Kind() == reflect.Array && len(l) == 1 {
		l = slices.Repeat(l, v.Len())
	}
	if v.Kind() == reflect.Array && len(l) != v.Len() {
		return fmt.Errorf("got %d values %v, want %d", len(l), l, v.Len())
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(l), len(l)))
	}
	for i, e := range l {
		if e == nil && v.Type().Elem().Kind() == reflect.Int {
			e = graph.None
		}
		if e == nil {
			continue
		}
		if err := d.assign(v.Index(i), e, strings.TrimSuffix(goName, "s")); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

func assignMap(v reflect.Value, x any) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v.Addr().Interface())
}

// Number reads a JSON number, whichever Go type holds it.
func Number(x any) (float64, bool) {
	switch n := x.(type) {
	case float64:
		return n, true
	case Float:
		return float64(n), true
	case float32:
		return float64(n), true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	}
	return 0, false
}
