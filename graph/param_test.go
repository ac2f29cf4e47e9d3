package graph

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestMakeParamErrors(t *testing.T) {
	for want, c := range map[string]ParamConfig{
		"a parameter needs a name":             {Spec: Spec{Float32, Shape{}}},
		`parameter w has the unknown dtype ""`: {Name: "w"},
		`parameter a/w has the unknown dtype`:  {Name: "w", Path: "a/w", Spec: Spec{"half", Shape{}}},
		"give the input's axis a size":         {Name: "w", Spec: Spec{Float32, Shape{None, 2}}},
		"parameter w: axis 0 has the size -2":  {Name: "w", Spec: Spec{Float32, Shape{-2}}},
		"computed from an unknown size":        {Name: "w", Spec: Spec{Float32, Shape{2 * None}}},
	} {
		if p, err := MakeParam(c); err == nil || p != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want %q", err, want)
		}
	}
	if _, err := NewParam("w", [][]int{{1}, {}}); err == nil || !strings.Contains(err.Error(), "parameter w: ") {
		t.Error(err)
	}
}

func counting(calls *int, fail error) ParamConfig {
	return ParamConfig{Name: "w", Path: "dense/w", Spec: Spec{Float32, Shape{2}}, Init: func(seed uint64) (any, error) {
		*calls++
		return []float64{float64(seed), 0.5}, fail
	}}
}

// Values are drawn at the first need, once, and again by Init.
func TestParamIsDrawnOnFirstNeed(t *testing.T) {
	calls := 0
	p, err := MakeParam(counting(&calls, nil))
	if err != nil || calls != 0 {
		t.Fatal(err, calls)
	}
	if err := p.Init(7); err != nil || calls != 0 {
		t.Error("Init before the first need draws", err)
	}
	for range 2 {
		if v := p.Value().Data(); !reflect.DeepEqual(v, []float32{7, 0.5}) || calls != 1 {
			t.Errorf("got %v after %d draws", v, calls)
		}
	}
	memory, _ := p.Values()
	if err := p.Init(8); err != nil || calls != 2 {
		t.Error(err, calls)
	}
	if !reflect.DeepEqual(memory, []float32{8, 0.5}) {
		t.Errorf("Init leaves the memory that programs hold: %v", memory)
	}
	loaded, _ := MakeParam(counting(&calls, nil))
	if err := loaded.SetValue([]int{3, 4}); err != nil || calls != 2 {
		t.Error("a parameter that is loaded is drawn first", err)
	}
	if v := loaded.Value().Data(); !reflect.DeepEqual(v, []float32{3, 4}) || calls != 2 {
		t.Error(v)
	}
	zero, _ := MakeParam(ParamConfig{Name: "z", Spec: Spec{Int64, Shape{}}})
	if v := zero.Value().Data(); v != int64(0) {
		t.Errorf("without Init the value is %v", v)
	}
}

func TestParamInitErrors(t *testing.T) {
	calls := 0
	p, _ := MakeParam(counting(&calls, errors.New("no luck")))
	if _, err := p.Values(); err == nil || err.Error() != "initializing dense/w: no luck" {
		t.Error(err)
	}
	if v := p.Value().Data(); !reflect.DeepEqual(v, []float32{0, 0}) {
		t.Errorf("a parameter that cannot be drawn reads as %v", v)
	}
	short, _ := MakeParam(ParamConfig{Name: "w", Spec: Spec{Float32, Shape{3}}, Init: func(uint64) (any, error) { return []float32{1}, nil }})
	if _, err := short.Values(); err == nil || !strings.Contains(err.Error(), "1 values for shape (3,)") {
		t.Error(err)
	}
	text, _ := MakeParam(ParamConfig{Name: "w", Spec: Spec{Float32, Shape{1}}, Init: func(uint64) (any, error) { return []string{"a"}, nil }})
	if _, err := text.Values(); err == nil {
		t.Error("strings are taken for numbers")
	}
}

func TestSetValue(t *testing.T) {
	for _, c := range []struct {
		d     Dtype
		shape Shape
		v     any
		want  any
		err   string
	}{
		{d: Float32, shape: Shape{2}, v: []float32{1, 2}, want: []float32{1, 2}},
		{d: Float32, shape: Shape{2}, v: []int{1, 2}, want: []float32{1, 2}},
		{d: Int64, shape: Shape{1, 2}, v: [][]float64{{1.9, -1.9}}, want: []int64{1, -1}},
		{d: Bool, shape: Shape{2}, v: []float32{0, 0.5}, want: []bool{false, true}},
		{d: Float64, shape: Shape{}, v: float32(2), want: 2.0},
		{d: Float32, shape: Shape{2}, v: []float32{1}, err: "the value has the shape (1,), the parameter has (2,)"},
		{d: Float32, shape: Shape{2}, v: [][]float32{{1, 2}}, err: "(1, 2)"},
		{d: Float32, shape: Shape{2}, v: 1, err: "the value has the shape ()"},
		{d: Float32, shape: Shape{2}, v: []string{"a", "b"}, err: "strings for a parameter of float32"},
		{d: Float32, shape: Shape{2}, v: nil, err: "setting dense/w: nil is not an array"},
		{d: Float32, shape: Shape{2}, v: []any{1, "b"}, err: "mixed types"},
	} {
		p, err := MakeParam(ParamConfig{Name: "w", Path: "dense/w", Spec: Spec{c.d, c.shape}})
		if err != nil {
			t.Fatal(err)
		}
		before := p.Value().Data()
		err = p.SetValue(c.v)
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) || !reflect.DeepEqual(p.Value().Data(), before) {
				t.Errorf("setting %v: got the error %v and the value %v, want %q", c.v, err, p.Value().Data(), c.err)
			}
		case err != nil || !reflect.DeepEqual(p.Value().Data(), c.want):
			t.Errorf("setting %v: got %v, %v; want %v", c.v, p.Value().Data(), err, c.want)
		}
	}
}

// What Value returns and what SetValue took are copies.
func TestParamOwnsItsMemory(t *testing.T) {
	v := []float32{1, 2}
	p, err := NewParam("w", v)
	if err != nil {
		t.Fatal(err)
	}
	v[0] = 9
	p.Value().Data().([]float32)[1] = 9
	if got := p.Value().Data(); !reflect.DeepEqual(got, []float32{1, 2}) {
		t.Error(got)
	}
	s := p.Spec()
	s.Shape[0] = 5
	if !p.Spec().Shape.Equal(Shape{2}) {
		t.Error("Spec shares the shape")
	}
}

func TestFrozen(t *testing.T) {
	p, _ := NewParam("w", 1.0)
	s, _ := MakeParam(ParamConfig{Name: "s", Spec: Spec{Float32, Shape{}}, NonTrainable: true})
	for _, frozen := range []bool{false, true, false} {
		p.SetFrozen(frozen)
		s.SetFrozen(frozen)
		if p.Trainable() == frozen || s.Trainable() || p.NonTrainable() || !s.NonTrainable() {
			t.Errorf("frozen %v: trainable %v and %v", frozen, p.Trainable(), s.Trainable())
		}
	}
}

func TestParamNames(t *testing.T) {
	p, _ := NewParam("w", []float64{1})
	q, _ := NewParam("w", []float64{1})
	p.SetPath("a/b/w")
	if p.Name() != "w" || p.Path() != "a/b/w" || q.Path() != "w" || p.String() != "a/b/w float64 (1,)" || p.ID() >= q.ID() {
		t.Error(p, q, p.ID(), q.ID())
	}
	g := New("g")
	g.Param(p)
	body := g.Body("body")
	if n := body.Param(q); n.Graph() != g || n != g.Param(q) {
		t.Error("a parameter read in a body is not read in the root, once", n)
	}
	g.BeginCall(nil, "l", nil, nil)
	g.ReadState(p)
	if got := g.Params(); len(got) != 2 || got[0] != p || got[1] != q {
		t.Error(got)
	}
	if n := g.Param(nil); n.Err() == nil || !strings.Contains(n.Err().Error(), "the parameter is nil") {
		t.Error(n)
	}
}

// Readers and writers in many goroutines see whole values. Run with -race.
func TestParamConcurrency(t *testing.T) {
	p, err := MakeParam(ParamConfig{Name: "w", Spec: Spec{Float32, Shape{64}}, Init: func(seed uint64) (any, error) {
		v := make([]float32, 64)
		for i := range v {
			v[i] = float32(seed)
		}
		return v, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	torn := make(chan string, 8)
	for k := range 8 {
		wg.Go(func() {
			for i := range 50 {
				switch k % 4 {
				case 0:
					if err := p.Init(uint64(i)); err != nil {
						torn <- err.Error()
						return
					}
				case 1:
					if err := p.SetValue(make([]float32, 64)); err != nil {
						torn <- err.Error()
						return
					}
				case 2:
					p.SetFrozen(p.Trainable())
				default:
					v := p.Value().Data().([]float32)
					if lo, hi := bounds(v); lo != hi {
						torn <- fmt.Sprintf("a value from %v to %v", lo, hi)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	close(torn)
	for s := range torn {
		t.Error(s)
	}
}

func bounds(v []float32) (lo, hi float32) {
	lo, hi = float32(math.Inf(1)), float32(math.Inf(-1))
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	return lo, hi
}
