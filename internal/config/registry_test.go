package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
)

// figure, square and circle are classes of a registry of the tests.
type figure interface{ Area() float64 }

type square struct {
	Side float64 `default:"2"`
}

func (s square) Area() float64 { return s.Side * s.Side }

type circle struct {
	Radius      float64
	Fill        any // a Colour by name
	Inner       figure
	InnerFigure figure
	Figures     []figure
}

func (c *circle) Area() float64 { return 3 * c.Radius * c.Radius }

func paint(x float64) float64 { return x }
func other(x float64) float64 { return -x }

var figures = newFigures()

func newFigures() *Registry {
	r := NewRegistry("figure", "test.figures")
	r.Add("Square", square{}, "sq", "box")
	r.Add("Circle", &circle{Radius: 1})
	r.Add("paint", paint)
	return r
}

func TestRegistry(t *testing.T) {
	want := []string{"Circle", "Square", "box", "circle", "paint", "sq", "square"}
	if got := figures.Names(); !slices.Equal(got, want) {
		t.Errorf("got the names %q, want %q", got, want)
	}
	for _, name := range []string{"Square", "square", "sq", "box"} {
		if o, err := figures.New(name); err != nil || o != (square{}) {
			t.Errorf("%s: %v, %v", name, o, err)
		}
	}
	a, _ := figures.New("circle")
	b, _ := figures.New("circle")
	a.(*circle).Radius = 5
	if a == b || b.(*circle).Radius != 1 {
		t.Error("two objects of a class share memory")
	}
	if _, err := figures.New("circel"); err == nil || err.Error() != `unknown figure "circel": did you mean "circle"?` {
		t.Error(err)
	}
	for v, class := range map[any]string{a: "Circle", square{}: "Square", named{}: "named", settings{}.Name: "string"} {
		if got := ClassName(v); got != class {
			t.Errorf("the class of %#v is %q, want %q", v, got, class)
		}
	}
	if ClassName(paint) != "paint" || ClassName(other) != "other" {
		t.Error(ClassName(paint), ClassName(other))
	}
}

func TestGet(t *testing.T) {
	c := &circle{Radius: 7}
	for name, test := range map[string]struct {
		like any
		want figure
		err  string
	}{
		"nil":                   {nil, nil, ""},
		"an object":             {c, c, ""},
		"a name":                {"box", square{}, ""},
		"a wrong name":          {"squar", nil, `did you mean "square"?`},
		"a name of a function":  {"paint", nil, `figure "paint" is a func(float64) float64`},
		"a number":              {3, nil, "a int is no figure: give a name, an object, or a function"},
		"a nil pointer":         {(*circle)(nil), nil, "the *config.circle is nil"},
		"a value for a pointer": {circle{}, nil, "give a pointer to it"},
	} {
		got, err := Get[figure](figures, test.like)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: got the error %v, want %q", name, err, test.err)
			}
		} else if err != nil || got != test.want {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, test.want)
		}
	}
}

func TestNestedObjects(t *testing.T) {
	c := &circle{Radius: graph.Zero, InnerFigure: square{3}, Inner: square{}, Figures: []figure{&circle{}, square{4}, nil}}
	o, err := Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"module":"test.figures","class_name":"Circle","config":{"figures":[` +
		`{"module":"test.figures","class_name":"Circle","config":{"figures":null,"fill":null,"inner":null,"inner_figure":null,"radius":0.0},"registered_name":null},` +
		`{"module":"test.figures","class_name":"Square","config":{"side":4.0},"registered_name":null},null],"fill":null,` +
		`"inner":{"module":"test.figures","class_name":"Square","config":{"side":2.0},"registered_name":null},` +
		`"inner_figure":{"module":"test.figures","class_name":"Square","config":{"side":3.0},"registered_name":null},"radius":0.0},"registered_name":null}`
	if got := text(t, o); got != want {
		t.Errorf("got\n%s want\n%s", got, want)
	}
	back, err := (&Decoder{}).Decode(tree(t, o), "figure")
	if err != nil {
		t.Fatal(err)
	}
	if got := back.(*circle); got.InnerFigure != (square{3}) || got.Inner != (square{2}) || len(got.Figures) != 3 || got.Figures[1] != (square{4}) || got.Figures[2] != nil {
		t.Errorf("read back: %+v", got)
	}
}

func TestDecode(t *testing.T) {
	d := &Decoder{Custom: map[string]any{"Mine": named{}, "pack>Theirs": &named{"proto"}, "Square": named{"instead"}}}
	for _, c := range []struct{ json, kind, want string }{
		{`"box"`, "figure", `config.square{Side:0}`},
		{`"box"`, "", `"box"`},
		{`3`, "figure", `3`},
		{`{"class_name": "Mine", "config": {"name": "a"}}`, "", `config.named{Name:"a"}`},
		{`{"class_name": "Theirs", "registered_name": "pack>Theirs", "config": {}}`, "", `&config.named{Name:"proto"}`},
		{`{"class_name": "Square", "module": "test.figures", "config": {}}`, "figure", `config.named{Name:"instead"}`},
		{`{"class_name": "Circle", "config": {"radius": 2, "fill": null}}`, "figure", `&config.circle{Radius:2`},
		{`{"class_name": "square", "module": "test.figures.sub", "config": {"side": 0}}`, "", `config.square{Side:5e-324}`},
		{`{"class_name": "square"}`, "figure", `config.square{Side:0}`},
		{`{"class_name": "function", "config": "box"}`, "figure", `config.square`},
		{`{"config": {}, "a": 1}`, "figure", `error: a serialized figure needs a class_name, got the keys [a config]`},
		{`"blob"`, "figure", `error: unknown figure class blob: pass it in saving.Options.CustomObjects or register it with saving.Register`},
		{`{"class_name": "Circle", "config": {"side": 2}}`, "figure", `error: Circle: circle has no setting "side" (value 2)`},
		{`{"class_name": "Circle", "config": {"inner_figure": {"class_name": "Mine", "config": {}}}}`, "figure", `error: Circle: inner_figure: a config.named is no config.figure`},
	} {
		var in any
		if err := json.Unmarshal([]byte(c.json), &in); err != nil {
			t.Fatal(err)
		}
		v, err := d.Decode(in, c.kind)
		got := fmt.Sprintf("%#v", v)
		if err != nil {
			got = "error: " + err.Error()
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.json, got, c.want)
		}
	}
	f, err := d.Decode(map[string]any{"class_name": "paint", "module": "test.figures"}, "")
	if err != nil || reflect.ValueOf(f).Pointer() != reflect.ValueOf(paint).Pointer() {
		t.Errorf("a function: %T, %v", f, err)
	}
	special := &Decoder{Special: func(_ *Decoder, class string, tree map[string]any) (any, error) {
		if class == "Model" {
			return len(tree), nil
		}
		return nil, nil
	}}
	if v, err := special.Decode(map[string]any{"class_name": "Model", "x": 1}, "figure"); err != nil || v != 2 {
		t.Error(v, err)
	}
	if v, err := special.Decode(map[string]any{"class_name": "Square"}, "figure"); err != nil || v != (square{}) {
		t.Error(v, err)
	}
}

func TestRegister(t *testing.T) {
	type mine struct{ Size int }
	if err := Register("pack>Mine", &mine{}); err != nil {
		t.Fatal(err)
	}
	if err := Register("pack>other", other); err != nil {
		t.Fatal(err)
	}
	o, err := Encode(&mine{3})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(t, o), `{"module":null,"class_name":"Mine","config":{"size":3},"registered_name":"pack\u003eMine"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if back, err := (&Decoder{}).Decode(tree(t, o), "layer"); err != nil || *back.(*mine) != (mine{3}) {
		t.Error(back, err)
	}
	if name, err := Encode(other); err != nil || name != "pack>other" {
		t.Error(name, err)
	}
	if name, err := Encode(paint); err != nil || name != "paint" {
		t.Error(name, err)
	}
	if err := Register("pack>Mine", &mine{Size: 4}); err != nil {
		t.Errorf("registering a type again: %v", err)
	}
	for _, c := range []struct {
		name  string
		proto any
		want  string
	}{
		{"", named{}, "the name is empty"}, {"a", nil, "the prototype is nil"}, {"a", (*mine)(nil), "the prototype is nil"},
		{"a", 3, "a int is neither a struct"}, {"a", &[]int{}, "neither a struct"}, {"pack>Mine", named{}, "the name is taken by *config.mine"},
	} {
		if err := Register(c.name, c.proto); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("registering %q: got the error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestEncode(t *testing.T) {
	if v, err := Encode(nil); v != nil || err != nil {
		t.Error(v, err)
	}
	if v, err := Encode("plain"); v != "plain" || err != nil {
		t.Error(v, err)
	}
	o, err := Encode(&named{"a"})
	if got := text(t, o); err != nil || got != `{"module":null,"class_name":"named","config":{"name":"a"},"registered_name":"named"}` {
		t.Error(got, err)
	}
	for want, f := range map[string]any{"a function without a name cannot be saved": func() {}, `call saving.Register("mypackage>text", text)`: text} {
		if _, err := Encode(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
	bad := struct{ Step func() }{func() {}}
	if _, err := Fields(bad); err == nil || !strings.Contains(err.Error(), ".Step: a function without a name") {
		t.Error(err)
	}
}
