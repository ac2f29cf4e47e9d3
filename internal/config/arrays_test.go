package config

import (
	"reflect"
	"testing"
)

type window struct {
	Size    int       `keras:",list"`
	Strides [2]int    `default:"1"`
	Padding [2][2]int `default:"1"`
	Dtype   string
}

// An array that is zero as a whole is the default; a 0 beside other numbers is meant, and so is one read from a file.
func TestArrays(t *testing.T) {
	for _, test := range []struct {
		in   window
		want map[string]any
	}{
		{window{}, map[string]any{"size": []any{0}, "strides": []any{1, 1}, "padding": []any{[]any{1, 1}, []any{1, 1}}, "dtype": nil}},
		{window{Size: 3, Strides: [2]int{2, 0}, Padding: [2][2]int{{0, 2}}},
			map[string]any{"size": []any{3}, "strides": []any{2, 0}, "padding": []any{[]any{0, 2}, []any{0, 0}}, "dtype": nil}},
	} {
		got, err := Fields(test.in)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v is written as %v, error %v; want %v", test.in, got, err, test.want)
		}
	}
	var w window
	c := map[string]any{"size": []any{5.0}, "strides": 2.0, "padding": []any{[]any{0.0, 0.0}, []any{0.0, 0.0}},
		"dtype": map[string]any{"class_name": "QuantizedDTypePolicy", "config": map[string]any{"mode": "int8", "source_name": "float32"}}}
	if err := (&Decoder{}).Fields(&w, c); err != nil {
		t.Fatal(err)
	}
	if got, want := Resolve(w), (window{Size: 5, Strides: [2]int{2, 2}, Dtype: "int8_from_float32"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if err := (&Decoder{}).Fields(&w, map[string]any{"strides": []any{1.0, 2.0, 3.0}}); err == nil {
		t.Error("three numbers for two axes are no error")
	}
}
