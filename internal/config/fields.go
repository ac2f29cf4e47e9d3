package config

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/gorgonin/gorgonin/graph"
)

// ZeroInt stands for 0 in an integer field whose zero value means Keras's default, as graph.Zero does for floats.
const ZeroInt = math.MinInt

// field is one setting of a type.
type field struct {
	name   string // Keras's
	goName string
	index  []int
	not    bool
	def    string // the tag default, "" for the type's zero value
	omit   bool   // left out of the written configuration while zero
	list   bool   // an integer that Keras writes as a list of one
	null   string // what Keras's None is read as where that is not the zero value
}

var fieldCache sync.Map // reflect.Type -> []field

// fieldsOf lists the settings of a struct type, those of embedded structs included.
func fieldsOf(t reflect.Type) []field {
	if f, ok := fieldCache.Load(t); ok {
		return f.([]field)
	}
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("keras"), ",")
		if tag == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			for _, sub := range fieldsOf(f.Type) {
				sub.index = append([]int{i}, sub.index...)
				out = append(out, sub)
			}
			continue
		}
		if tag == "" {
			tag = Snake(f.Name)
		}
		out = append(out, field{
			name: tag, goName: f.Name, index: []int{i}, def: f.Tag.Get("default"), null: f.Tag.Get("null"),
			not: strings.Contains(options, "not"), omit: strings.Contains(options, "omitempty"), list: strings.Contains(options, "list"),
		})
	}
	fieldCache.Store(t, out)
	return out
}

// Resolve returns a copy of a struct, or a pointer to a copy, with every zero field that has a tag default set to it and
// graph.Zero and ZeroInt set to 0.
func Resolve[T any](v T) T {
	src := reflect.ValueOf(v)
	dst := reflect.New(structType(src.Type()))
	dst.Elem().Set(reflect.Indirect(src))
	for _, f := range fieldsOf(dst.Elem().Type()) {
		resolveField(dst.Elem().FieldByIndex(f.index), f.def)
	}
	if src.Kind() == reflect.Pointer {
		return dst.Interface().(T)
	}
	return dst.Elem().Interface().(T)
}

func resolveField(v reflect.Value, def string) {
	switch {
	case def == "" || def == "none":
	case v.Kind() == reflect.Float64 && v.Float() == graph.Zero:
		v.SetFloat(0)
	case v.Kind() == reflect.Int && v.Int() == ZeroInt:
		v.SetInt(0)
	case v.Kind() == reflect.Array && v.Len() > 0:
		resolveArray(v, v.IsZero(), def)
	case v.IsZero():
		setText(v, def)
	}
}

// resolveArray fills an array that is zero as a whole; a single 0 beside other numbers is meant.
func resolveArray(v reflect.Value, fill bool, def string) {
	for i := range v.Len() {
		switch e := v.Index(i); {
		case e.Kind() == reflect.Array:
			resolveArray(e, fill, def)
		case fill || !e.IsZero():
			resolveField(e, def)
		}
	}
}

// setText sets v to a default written as text. Defaults are ours, so a wrong one is a bug that every test of the type
// shows.
func setText(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Float64:
		x, _ := strconv.ParseFloat(text, 64)
		v.SetFloat(x)
	case reflect.Int:
		x, _ := strconv.Atoi(text)
		v.SetInt(int64(x))
	case reflect.String:
		v.SetString(text)
	case reflect.Interface:
		if x, err := strconv.Atoi(text); err == nil {
			v.Set(reflect.ValueOf(x))
			return
		}
		v.Set(reflect.ValueOf(text))
	}
}

// NameOf is the value of the field Name of a struct or of what a pointer points to, "" without such a field.
func NameOf(v any) string {
	if r := reflect.Indirect(reflect.ValueOf(v)); r.Kind() == reflect.Struct {
		if f := r.FieldByName("Name"); f.Kind() == reflect.String {
			return f.String()
		}
	}
	return ""
}

// SetName sets the field Name of what a pointer points to, if there is one.
func SetName(v any, name string) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer || r.Elem().Kind() != reflect.Struct {
		return
	}
	if f := r.Elem().FieldByName("Name"); f.Kind() == reflect.String && f.CanSet() {
		f.SetString(name)
	}
}

// FuncName is the name of a Go function without its package, "func1" for a literal.
func FuncName(f any) string {
	full := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	full = full[strings.LastIndexByte(full, '/')+1:]
	return strings.TrimSuffix(full[strings.LastIndexByte(full, '.')+1:], "-fm")
}

// FieldError names the field of a configuration that is wrong.
func FieldError(owner any, field string, err error) error {
	return fmt.Errorf("%s.%s: %w", structType(reflect.TypeOf(owner)).Name(), field, err)
}
