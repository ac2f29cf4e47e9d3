package graph

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
)

func TestBroadcast(t *testing.T) {
	for _, c := range []struct {
		a, b, want int
		ok         bool
	}{
		{1, 1, 1, true}, {3, 3, 3, true}, {1, 3, 3, true}, {3, 1, 3, true}, {0, 1, 0, true}, {1, 0, 0, true},
		{None, None, None, true}, {None, 1, None, true}, {1, None, None, true}, {None, 5, 5, true}, {5, None, 5, true},
		{2, 3, 0, false}, {3, 2, 0, false}, {0, 2, 0, false},
	} {
		if got, ok := Broadcast(c.a, c.b); ok != c.ok || got != c.want {
			t.Errorf("Broadcast(%d, %d) = %d, %v; want %d, %v", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

func TestBroadcastShapes(t *testing.T) {
	for _, c := range []struct {
		in   []Shape
		want Shape
		err  string
	}{
		{in: nil, want: nil},
		{in: []Shape{{}, {}}, want: Shape{}},
		{in: []Shape{{}, {2, 3}}, want: Shape{2, 3}},
		{in: []Shape{{3}, {2, 1}, {4, 1, 1}}, want: Shape{4, 2, 3}},
		{in: []Shape{{None, 3}, {1, 1}}, want: Shape{None, 3}},
		{in: []Shape{{None, 3}, {7, 3}}, want: Shape{7, 3}},
		{in: []Shape{{2}, {1, None}}, want: Shape{1, 2}},
		{in: []Shape{{2, 0}, {1}}, want: Shape{2, 0}},
		{in: []Shape{{None, 2}, {3}}, err: "shapes (?, 2) and (3,) do not broadcast together: sizes 2 and 3 differ"},
		{in: []Shape{{None}, {2}, {3}}, err: "sizes 2 and 3"},
	} {
		got, err := BroadcastShapes(c.in...)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: got the error %v, want %q", c.in, err, c.err)
			}
		} else if err != nil || !got.Equal(c.want) {
			t.Errorf("%v: got %v, %v; want %v", c.in, got, err, c.want)
		}
	}
}

func TestSameFitsRefines(t *testing.T) {
	for _, c := range []struct {
		a, b, same   Shape
		fit          bool
		bOverA, aInB bool // Refines(b, a), Refines(a, b)
	}{
		{Shape{}, Shape{}, Shape{}, true, true, true},
		{Shape{2, 3}, Shape{2, 3}, Shape{2, 3}, true, true, true},
		{Shape{None, 3}, Shape{2, 3}, Shape{2, 3}, true, true, false},
		{Shape{None, 3}, Shape{2, None}, Shape{2, 3}, true, false, false},
		{Shape{None}, Shape{None}, Shape{None}, true, true, true},
		{Shape{1}, Shape{2}, nil, false, false, false},
		{Shape{2}, Shape{2, 1}, nil, false, false, false},
	} {
		got, ok := Same(c.a, c.b)
		if ok != c.fit || ok && !got.Equal(c.same) {
			t.Errorf("Same(%v, %v) = %v, %v; want %v, %v", c.a, c.b, got, ok, c.same, c.fit)
		}
		a, b := Spec{Float32, c.a}, Spec{Float32, c.b}
		if Fits(a, b) != c.fit || Fits(a, Spec{Float64, c.b}) {
			t.Errorf("Fits(%v, %v) is not %v, or ignores the dtype", a, b, c.fit)
		}
		if Refines(b, a) != c.bOverA || Refines(a, b) != c.aInB || Refines(Spec{Int32, c.b}, a) {
			t.Errorf("%v and %v refine each other: %v, %v; want %v, %v", a, b, Refines(b, a), Refines(a, b), c.bOverA, c.aInB)
		}
	}
	a := Shape{None, 1}
	if s, _ := Same(a, Shape{4, 1}); !a.Equal(Shape{None, 1}) || !s.Equal(Shape{4, 1}) {
		t.Error("Same writes to its argument", a)
	}
}

// pair is two shapes of up to 4 axes with sizes that often meet, and the sizes that one run could give the unknown ones.
type pair struct{ A, B, RunA, RunB Shape }

func randomPair(r *rand.Rand) pair {
	side := func() (s, run Shape) {
		for range r.IntN(4) {
			d := []int{1, 2, 3, None, None}[r.IntN(5)]
			s, run = append(s, d), append(run, d)
			if d == None {
				run[len(run)-1] = 1 + r.IntN(3)
			}
		}
		return s, run
	}
	var p pair
	p.A, p.RunA = side()
	p.B, p.RunB = side()
	return p
}

// What holds for shapes with unknown axes must hold for every run: where the sizes of the run broadcast, so do the
// symbolic shapes, and the symbolic result is refined by that of the run.
func TestBroadcastHoldsForEveryRun(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		p := randomPair(r)
		run, err := BroadcastShapes(p.RunA, p.RunB)
		if err != nil {
			continue
		}
		sym, err := BroadcastShapes(p.A, p.B)
		if err != nil || !Refines(Spec{Float32, run}, Spec{Float32, sym}) {
			t.Fatalf("%v and %v make %v (%v), but with the sizes %v and %v they make %v", p.A, p.B, sym, err, p.RunA, p.RunB, run)
		}
		back, err := BroadcastShapes(p.B, p.A)
		if err != nil || !back.Equal(sym) {
			t.Fatalf("%v and %v make %v in one order and %v (%v) in the other", p.A, p.B, sym, back, err)
		}
	}
}

func TestIntsRoundTrip(t *testing.T) {
	round := func(v []int) bool {
		back := MakeInts(v...).Slice()
		return len(back) == len(v) && (len(v) == 0 || reflect.DeepEqual(back, v))
	}
	if err := quick.Check(round, nil); err != nil {
		t.Error(err)
	}
	injective := func(a, b []int) bool { return (MakeInts(a...) == MakeInts(b...)) == Shape(a).Equal(b) }
	if err := quick.Check(injective, nil); err != nil {
		t.Error(err)
	}
	if a, b := MakeInts(1, 23), MakeInts(12, 3); a == b || a.String() != "[1 23]" {
		t.Error(a, b)
	}
}

func TestShapeMethods(t *testing.T) {
	s := Shape{None, 28, 3}
	for i, want := range map[int]int{0: None, 1: 28, 2: 3, -1: 3, -3: None, 3: 0, -4: 0} {
		if got := s.Dim(i); got != want {
			t.Errorf("Dim(%d) = %d, want %d", i, got, want)
		}
	}
	for want, s := range map[string]Shape{"()": {}, "(3,)": {3}, "(None, 28, 3)": s, "(None,)": {None}} {
		if got := s.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if s.Rank() != 3 || s.Known() || s.Size() != None || Prod() != 1 || Prod(2, 3, 0) != 0 || (Shape{2, 3}).Size() != 6 {
		t.Error("rank or size")
	}
	if w := s.With(-1, 5); !w.Equal(Shape{None, 28, 5}) || s[2] != 3 {
		t.Error("With", w, s)
	}
	c := s.Clone()
	c[0] = 1
	if s[0] != None || Shape(nil).Clone() == nil {
		t.Error("Clone shares memory or keeps nil", s)
	}
}

func TestShapeCheckRefusesArithmeticOnNone(t *testing.T) {
	for _, n := range []int{2 * None, None - 1, None + 1, -None, None * None, (None - 3) / 2, 1<<31 + 1} {
		if err := (Shape{4, n}).check(); err == nil || !strings.Contains(err.Error(), "axis 1 is computed from an unknown size") {
			t.Errorf("the size %d: got the error %v", n, err)
		}
	}
	if err := (Shape{-2}).check(); err == nil || !strings.Contains(err.Error(), "the size -2") {
		t.Error(err)
	}
	if err := (Shape{None, 0, 1 << 31}).check(); err != nil {
		t.Error(err)
	}
}

func TestDtypes(t *testing.T) {
	for _, c := range []struct {
		d            Dtype
		float, whole bool
		size         int
	}{
		{Float32, true, false, 4}, {Float64, true, false, 8}, {Float16, true, false, 4}, {BFloat16, true, false, 4},
		{Int16, false, true, 2}, {Uint16, false, true, 2}, {Uint32, false, true, 4},
		{Int8, false, true, 1}, {Int32, false, true, 4}, {Int64, false, true, 8}, {Uint8, false, true, 1},
		{Bool, false, false, 1}, {String, false, false, 16},
	} {
		if c.d.IsFloat() != c.float || c.d.IsInteger() != c.whole || c.d.Size() != c.size || !c.d.Valid() {
			t.Errorf("%s: float %v, integer %v, size %d, valid %v", c.d, c.d.IsFloat(), c.d.IsInteger(), c.d.Size(), c.d.Valid())
		}
		if n := reflect.ValueOf(MakeValues(c.d, 3)); n.Len() != 3 || int(n.Type().Elem().Size()) != c.size {
			t.Errorf("%s: MakeValues makes %d of %v", c.d, n.Len(), n.Type())
		}
	}
	if Dtype("float8").Valid() || Dtype("").Valid() {
		t.Error("an unknown dtype is valid")
	}
}
