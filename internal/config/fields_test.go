package config

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
)

// Shared is embedded, as layers.Base is.
type Shared struct {
	Frozen bool   `keras:"trainable,not"`
	Extra  string `keras:"extra,omitempty"`
}

// settings has a field for each way in which a setting is written.
type settings struct {
	Rate    float64 `default:"0.5"`
	Limit   float64 `default:"none"`
	Plain   float64
	Units   int `default:"3"`
	Axis    int
	NoBias  bool   `keras:"use_bias,not"`
	Mode    string `default:"sum" null:"none"`
	Kept    string `keras:"kept_as"`
	Size    []int
	Kernel  [2]int  `default:"1"`
	Width   int     `keras:",list"`
	Scale   any     `default:"2"`
	Seed    *uint64 `keras:"-"`
	Cut     *float64
	Flag    *bool
	private int
	Name    string
	Shared
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tree is what a file holds of v.
func tree(t *testing.T, v any) (out map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text(t, v)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTags(t *testing.T) {
	half, no := 0.5, false
	base := map[string]any{
		"rate": 0.5, "limit": nil, "plain": 0.0, "units": 3.0, "axis": 0.0, "use_bias": true, "mode": "sum", "kept_as": nil, "size": nil,
		"kernel": []any{1.0, 1.0}, "width": []any{0.0}, "scale": 2.0, "cut": nil, "flag": nil, "name": nil, "trainable": true,
	}
	for name, c := range map[string]struct {
		v       settings
		changed map[string]any
	}{
		"defaults":           {settings{}, nil},
		"zeros that count":   {settings{Rate: graph.Zero, Units: ZeroInt, Limit: graph.Zero}, map[string]any{"rate": 0.0, "units": 0.0, "limit": 0.0}},
		"negated":            {settings{NoBias: true, Shared: Shared{Frozen: true}}, map[string]any{"use_bias": false, "trainable": false}},
		"omitted while zero": {settings{Shared: Shared{Extra: "x"}}, map[string]any{"extra": "x"}},
		"renamed":            {settings{Kept: "k", Name: "n", Mode: "none"}, map[string]any{"kept_as": "k", "name": "n", "mode": "none"}},
		"lists":              {settings{Size: []int{graph.None, 0, 4}, Width: 5, Kernel: [2]int{2, 0}}, map[string]any{"size": []any{nil, 0.0, 4.0}, "width": []any{5.0}, "kernel": []any{2.0, 0.0}}},
		"an empty list":      {settings{Size: []int{}}, map[string]any{"size": []any{}}},
		"pointers":           {settings{Cut: &half, Flag: &no}, map[string]any{"cut": 0.5, "flag": false}},
		"an open field":      {settings{Scale: []any{1.0, "a"}}, map[string]any{"scale": []any{1.0, "a"}}},
		"Go only":            {settings{Seed: new(uint64), private: 3}, nil},
	} {
		want := map[string]any{}
		for k, x := range base {
			want[k] = x
		}
		for k, x := range c.changed {
			want[k] = x
		}
		f, err := Fields(c.v)
		if err != nil {
			t.Fatal(name, err)
		}
		got := tree(t, f)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%s want\n%s", name, text(t, got), text(t, want))
		}
		var back settings
		if err := (&Decoder{}).Fields(&back, got); err != nil {
			t.Fatal(name, err)
		}
		again, err := Fields(back)
		if err != nil || text(t, again) != text(t, f) {
			t.Errorf("%s: read back and written again it is\n%s (%v), want\n%s", name, text(t, again), err, text(t, f))
		}
	}
}

func TestResolve(t *testing.T) {
	got := Resolve(settings{Rate: graph.Zero, Units: ZeroInt, Plain: graph.Zero, NoBias: true})
	want := settings{Units: 0, Plain: graph.Zero, NoBias: true, Mode: "sum", Kernel: [2]int{1, 1}, Scale: 2}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p := &settings{Rate: 0.25}
	if q := Resolve(p); q == p || q.Units != 3 || q.Rate != 0.25 || p.Units != 0 {
		t.Errorf("a pointer: %+v from %+v", q, p)
	}
	var open struct {
		A any `default:"sum"`
		B any `default:"7"`
	}
	if r := Resolve(open); r.A != "sum" || r.B != 7 {
		t.Errorf("defaults of open fields: %#v", r)
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{`{"rate": "fast"}`, "rate: got fast, want a number"},
		{`{"units": 2.5}`, "units: got 2.5, want a whole number"},
		{`{"units": [1, 2]}`, "units: got [1 2], want a whole number"},
		{`{"use_bias": 1}`, "use_bias: got 1, want true or false"},
		{`{"mode": 3}`, "mode: got 3, want a string"},
		{`{"mode": {"config": {}}}`, "want a string"},
		{`{"size": [1, "a"]}`, "size: element 1: got a, want a whole number"},
		{`{"kernel": [1, 2, 3]}`, "kernel: got 3 values [1 2 3], want 2"},
		{`{"kernel": [1, true]}`, "kernel: element 1: got true"},
		{`{"cut": "a"}`, "cut: got a, want a number"},
		{`{"flag": "a"}`, "flag: got a, want true or false"},
		{`{"colour": "red"}`, `settings has no setting "colour" (value red)`},
		{`{"colour": false}`, `settings has no setting "colour"`},
		{`{"seed": 3}`, `settings has no setting "seed"`},
		{`{"private": 3}`, `settings has no setting "private"`},
		{`{"scale": {"class_name": "Nowhere", "config": {}}}`, "unknown object class Nowhere"},
	} {
		var in map[string]any
		if err := json.Unmarshal([]byte(c.json), &in); err != nil {
			t.Fatal(err)
		}
		var v settings
		if err := (&Decoder{}).Fields(&v, in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got the error %v, want %q", c.json, err, c.want)
		}
	}
}

func TestDecodeAccepts(t *testing.T) {
	yes := true
	for in, want := range map[string]settings{
		`{}`:                             {},
		`{"colour": null}`:               {},
		`{"build_config": {"a": 1}}`:     {},
		`{"rate": null, "mode": null}`:   {Mode: "none"},
		`{"rate": 0, "units": 0}`:        {Rate: graph.Zero, Units: ZeroInt},
		`{"plain": 0, "axis": 0}`:        {},
		`{"limit": 0}`:                   {Limit: graph.Zero},
		`{"width": 4, "size": 5}`:        {Width: 4, Size: []int{5}},
		`{"width": [4], "kernel": 3}`:    {Width: 4, Kernel: [2]int{3, 3}},
		`{"kernel": [7]}`:                {Kernel: [2]int{7, 7}},
		`{"flag": 1, "use_bias": false}`: {Flag: &yes, NoBias: true},
		`{"scale": {"a": 1}}`:            {Scale: map[string]any{"a": 1.0}},
		`{"kept_as": "x", "extra": "y"}`: {Kept: "x", Shared: Shared{Extra: "y"}},
		`{"mode": {"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}}`: {Mode: "mixed_bfloat16"},
	} {
		var c map[string]any
		if err := json.Unmarshal([]byte(in), &c); err != nil {
			t.Fatal(err)
		}
		var got settings
		if err := (&Decoder{}).Fields(&got, c); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", in, got, err, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, v := range []any{2.0, Float(2), float32(2), 2, int64(2), json.Number("2")} {
		if n, ok := Number(v); !ok || n != 2 {
			t.Errorf("%T reads as %v, %v", v, n, ok)
		}
	}
	for _, v := range []any{"2", nil, true, json.Number("x"), []any{2.0}} {
		if n, ok := Number(v); ok {
			t.Errorf("%T reads as the number %v", v, n)
		}
	}
	for f, want := range map[Float]string{1: "1.0", 0: "0.0", -3: "-3.0", 0.25: "0.25", 1e-30: "1e-30", 1e21: "1e+21"} {
		if got := text(t, f); got != want {
			t.Errorf("%v is written %s, want %s", float64(f), got, want)
		}
	}
}
