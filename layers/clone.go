package layers

import "reflect"

var partType = reflect.TypeFor[Part]()

// Clone returns a layer with the same settings and no weights. Layers and cells in its fields are cloned too; what a layer
// keeps in unexported fields is not.
func Clone(l Layer) Layer {
	if c, ok := l.(interface{ CloneLayer() Layer }); ok {
		return c.CloneLayer()
	}
	return clonePart(l).(Layer)
}

// clonePart is Clone for cells too.
func clonePart(p Part) Part {
	src := reflect.ValueOf(p).Elem()
	dst := reflect.New(src.Type())
	for i := range src.NumField() {
		if src.Type().Field(i).IsExported() {
			dst.Elem().Field(i).Set(cloneField(src.Field(i)))
		}
	}
	out := dst.Interface().(Part)
	out.base().st = nil
	return out
}

func cloneField(v reflect.Value) reflect.Value {
	switch {
	case v.Kind() == reflect.Slice && v.Type().Elem().Implements(partType) && !v.IsNil():
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(cloneField(v.Index(i)))
		}
		return out
	case (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) && !v.IsNil():
		switch p := v.Interface().(type) {
		case Layer:
			return reflect.ValueOf(Clone(p))
		case Part:
			return reflect.ValueOf(clonePart(p))
		}
	}
	return v
}
