package cases

import (
	"encoding/json"
	"math"
	"strconv"
)

// MarshalJSON writes v as plain JSON, keys in their order and numbers as they were written: a layer's configuration as
// Keras's own files have it. What plain JSON cannot say (an array, a slice ...) is an error.
func (v *Value) MarshalJSON() ([]byte, error) {
	switch v.Kind() {
	case Null:
		return []byte("null"), nil
	case Bool, Int:
		return []byte(v.text), nil
	case Float:
		if f, err := v.Float(); err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, v.wrong("a finite number")
		}
		return []byte(v.text), nil
	case String, Dtype:
		return json.Marshal(v.text)
	case List, Tuple:
		return v.marshalItems('[', ']')
	case Dict, Keras:
		return v.marshalItems('{', '}')
	}
	return nil, v.wrong("a value that plain JSON can say")
}

func (v *Value) marshalItems(open, end byte) ([]byte, error) {
	out := []byte{open}
	for i, item := range v.items {
		if i > 0 {
			out = append(out, ',')
		}
		if v.keys != nil {
			key, err := json.Marshal(v.keys[i])
			if err != nil {
				return nil, err
			}
			out = append(append(out, key...), ':')
		}
		text, err := item.MarshalJSON()
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
	return append(out, end), nil
}

// Any is v as encoding/json would decode it into an any, except that an Int stays an int (a float64 beyond 64 bits), an
// Array is its *npz.Array and the order of keys is lost.
func (v *Value) Any() any {
	switch v.Kind() {
	case Null:
		return nil
	case Bool:
		return v.text == "true"
	case Int:
		if n, err := strconv.Atoi(v.text); err == nil {
			return n
		}
		fallthrough
	case Float:
		f, _ := v.Float() // out of range gives the infinity that Python has too
		return f
	case List, Tuple, Slice:
		out := make([]any, len(v.items))
		for i, item := range v.items {
			out[i] = item.Any()
		}
		return out
	case Dict, Keras:
		out := make(map[string]any, len(v.keys))
		for i, key := range v.keys {
			out[key] = v.items[i].Any()
		}
		return out
	case Array, Strings:
		return v.tensor
	}
	return v.text
}
