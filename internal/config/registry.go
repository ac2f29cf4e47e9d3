package config

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// Registry is the classes and functions of one kind: layers, losses, initializers ...
type Registry struct {
	kind, module string
	byName       map[string]*entry
	names        []string // as given to Add, for messages
}

// entry is one registered class or function.
type entry struct {
	class      string // Keras's class name, or the function's name
	module     string
	registered string        // "package>Name" of a user's class, "" for Keras's own
	proto      reflect.Value // a struct, a pointer to one, or a func
}

var (
	mu         sync.RWMutex
	byType     = map[reflect.Type]*entry{}
	byFunc     = map[uintptr]*entry{}
	registries []*Registry
	custom     = NewRegistry("custom object", "")
)

// NewRegistry makes the registry of a kind ("layer") whose classes live in a Keras module ("keras.layers").
func NewRegistry(kind, module string) *Registry {
	r := &Registry{kind: kind, module: module, byName: map[string]*entry{}}
	registries = append(registries, r)
	return r
}

// Add registers a class by Keras's name with a prototype: a struct, a pointer to a struct, or a function. It is also found
// by its name in snake case and by the aliases.
func (r *Registry) Add(class string, prototype any, aliases ...string) {
	e := &entry{class: class, module: r.module, proto: reflect.ValueOf(prototype)}
	mu.Lock()
	defer mu.Unlock()
	r.add(e, aliases...)
}

func (r *Registry) add(e *entry, aliases ...string) {
	if e.proto.Kind() == reflect.Func {
		byFunc[e.proto.Pointer()] = e
	} else if byType[structType(e.proto.Type())] == nil {
		byType[structType(e.proto.Type())] = e
	}
	for _, name := range append([]string{e.class, Snake(e.class)}, aliases...) {
		if r.byName[name] == nil {
			r.names = append(r.names, name)
		}
		r.byName[name] = e
	}
}

func structType(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// Names lists all names under which something is found, sorted.
func (r *Registry) Names() []string {
	mu.RLock()
	defer mu.RUnlock()
	out := slices.Clone(r.names)
	slices.Sort(out)
	return out
}

// New returns a fresh object of the named class (a struct, or a pointer to a new one, as registered), or the function of
// that name. An unknown name is an error that lists the closest known ones.
func (r *Registry) New(name string) (any, error) {
	mu.RLock()
	e := r.byName[name]
	mu.RUnlock()
	if e == nil {
		return nil, Unknown(r.kind, name, r.Names())
	}
	return e.fresh().Interface(), nil
}

// fresh returns a copy of the prototype.
func (e *entry) fresh() reflect.Value {
	if e.proto.Kind() != reflect.Pointer {
		return e.proto
	}
	v := reflect.New(e.proto.Type().Elem())
	v.Elem().Set(e.proto.Elem())
	return v
}

// Get resolves what rule 4 of the API allows: nil gives the zero T, a name the registered object, a T itself. The caller
// handles the plain functions of its kind before.
func Get[T any](r *Registry, like any) (T, error) {
	var zero T
	switch v := like.(type) {
	case nil:
		return zero, nil
	case T:
		if p := reflect.ValueOf(v); (p.Kind() == reflect.Pointer || p.Kind() == reflect.Func) && p.IsNil() {
			return zero, fmt.Errorf("the %T is nil", v)
		}
		return v, nil
	case string:
		o, err := r.New(v)
		if err != nil {
			return zero, err
		}
		if t, ok := o.(T); ok {
			return t, nil
		}
		return zero, fmt.Errorf("%s %q is a %T", r.kind, v, o)
	}
	if reflect.PointerTo(reflect.TypeOf(like)).Implements(reflect.TypeFor[T]()) {
		return zero, fmt.Errorf("%T is a value: give a pointer to it, &%T{...}", like, like)
	}
	return zero, fmt.Errorf("a %T is no %s: give a name, an object, or a function", like, r.kind)
}

// Register adds a user's class or function under "package>Name" (or "Name").
func Register(name string, prototype any) error {
	v := reflect.ValueOf(prototype)
	switch {
	case name == "":
		return fmt.Errorf("registering %T: the name is empty", prototype)
	case !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil():
		return fmt.Errorf("registering %q: the prototype is nil", name)
	case v.Kind() != reflect.Func && structType(v.Type()).Kind() != reflect.Struct:
		return fmt.Errorf("registering %q: a %T is neither a struct, a pointer to one, nor a function", name, prototype)
	}
	class := name
	if i := lastIndex(name, '>'); i >= 0 {
		class = name[i+1:]
	}
	mu.Lock()
	defer mu.Unlock()
	if old := custom.byName[name]; old != nil && old.proto.Type() != v.Type() {
		return fmt.Errorf("registering %q: the name is taken by %v", name, old.proto.Type())
	}
	e := &entry{class: class, registered: name, proto: v}
	if v.Kind() != reflect.Func {
		byType[structType(v.Type())] = e
	}
	custom.add(e, name)
	return nil
}

func lastIndex(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// ClassName is the registered class name of an object, else the name of its Go type.
func ClassName(v any) string {
	mu.RLock()
	defer mu.RUnlock()
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Func {
		if e := byFunc[reflect.ValueOf(v).Pointer()]; e != nil {
			return e.class
		}
		return FuncName(v)
	}
	if e := byType[structType(t)]; e != nil {
		return e.class
	}
	return structType(t).Name()
}
