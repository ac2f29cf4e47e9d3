package config

import "reflect"

// Prototype is a registered class for the tests outside of this package.
type Prototype struct {
	Kind, Class string
	Value       any // fresh
}

// Prototypes lists every class of every registry once, aliases left out, the functions and classes of the tests too.
func Prototypes() []Prototype {
	var out []Prototype
	for _, r := range registries {
		seen := map[*entry]bool{}
		for _, name := range r.Names() {
			if e := r.byName[name]; !seen[e] && e.proto.Kind() != reflect.Func && r.kind != "custom object" && r.kind != "figure" {
				seen[e] = true
				out = append(out, Prototype{r.kind, e.class, e.fresh().Interface()})
			}
		}
	}
	return out
}

// Setting is a field of a class.
type Setting struct {
	Name, Go string
	Value    reflect.Value
}

// Settings lists the fields of what p points to.
func Settings(p any) []Setting {
	s := reflect.ValueOf(p).Elem()
	var out []Setting
	for _, f := range fieldsOf(s.Type()) {
		out = append(out, Setting{f.name, f.goName, s.FieldByIndex(f.index)})
	}
	return out
}

// FamilyOf is the kind of object that a field of the given name holds, "" for none.
func FamilyOf(goName string) string { return kindOf(goName) }
