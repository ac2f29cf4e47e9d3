package native

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// turns is a random graph inside of a loop with a condition in it.
func turns(r *rand.Rand, x, y *graph.Node) graph.Nodes {
	seed := r.Uint64()
	steps := ops.Stack(graph.Nodes{x, ops.Neg(x), ops.Exp(x)}, 1)
	ys, last := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
		choice := ops.Cond(ops.Greater(ops.Sum(s[0]), 0),
			func() *graph.Node { return tangle(rand.New(rand.NewPCG(seed, 2)), s[0], y)[0] },
			func() *graph.Node { return ops.Add(x, s[1]) })
		return ops.Add(choice, s[1]), graph.Nodes{tangle(rand.New(rand.NewPCG(seed, 3)), x, y)[1], choice}
	}, steps, graph.Nodes{x, ops.Tanh(x)})
	ends := ops.While(func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(s[0]), 50) },
		func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Add(ops.Exp(s[0]), s[1]), s[0]} },
		graph.Nodes{last[0], last[1]}, 5)
	return graph.Nodes{ys, ends[0], ends[1]}
}

// bound is executableOf with the sizes of loops put in, as the engine does.
func bound(t *testing.T, f func(x, y *graph.Node) backend.Func) *executable {
	t.Helper()
	return executableOf(t, func(x, y *graph.Node) backend.Func {
		g := graph.New("source")
		v, w := g.Input("v", x.Shape()), g.Input("w", y.Shape())
		fn := f(v, w)
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		k := graph.Copier{Dst: x.Graph(), Sub: map[*graph.Node]*graph.Node{v: x, w: y}, Bind: true}
		out, err := k.Copy(fn.Outputs...)
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range fn.Updates {
			n, err := k.Copy(u.Value)
			if err != nil {
				t.Fatal(err)
			}
			fn.Updates[i].Value = n[0]
		}
		fn.Outputs = out
		return fn
	})
}

// programs are p and those of the bodies in it.
func programs(p *program) []*program {
	out := []*program{p}
	for _, s := range p.steps {
		if s.plan != nil {
			for _, q := range within(reflect.ValueOf(s.plan), nil) {
				out = append(out, programs(q)...)
			}
		}
	}
	return out
}

// within finds the programs that a plan holds.
func within(v reflect.Value, found []*program) []*program {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*program]() {
			return append(found, (*program)(v.UnsafePointer()))
		}
		if !v.IsNil() && v.Type() == reflect.TypeFor[*carried]() {
			return within(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			found = within(v.Field(i), found)
		}
	case reflect.Array:
		for i := range v.Len() {
			found = within(v.Index(i), found)
		}
	}
	return found
}

// life is the steps of a program between which a buffer is written first and used last.
type life struct{ first, last int }

// lives follows the steps, without what the compiler noted.
func lives(p *program, roots graph.Nodes) map[*buffer]*life {
	of := map[*buffer]*life{}
	use := func(b *buffer, at int, write bool) {
		if b == nil || b.fixed() {
			return
		}
		if of[b] == nil {
			of[b] = &life{-1, at} // a leaf: filled before the run
			if write {
				of[b].first = at
			}
		}
		of[b].last = max(of[b].last, at)
	}
	for i, s := range p.steps {
		for _, o := range s.from {
			use(o.buf, i, false)
		}
		for _, b := range append(slices.Clone(s.to), s.scratch) {
			use(b, i, true)
		}
	}
	for _, r := range roots {
		for _, b := range p.values[r] {
			use(b, len(p.steps), false)
		}
	}
	return of
}

// checkPlan looks for two buffers in one place at one time.
func checkPlan(t *testing.T, p *program, roots graph.Nodes) (shared int) {
	t.Helper()
	of := lives(p, roots)
	var all []*buffer
	for b := range of {
		all = append(all, b)
		if b.offset%align != 0 || b.offset+bytes(b.spec) > p.arena {
			t.Errorf("a buffer of %v lies at %d of %d bytes", b.spec, b.offset, p.arena)
		}
	}
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.offset >= b.offset+bytes(b.spec) || b.offset >= a.offset+bytes(a.spec) {
				continue
			}
			shared++
			if of[a].first <= of[b].last && of[b].first <= of[a].last {
				t.Errorf("buffers of %v and %v share memory from %d and %d on, but live in steps %v and %v", a.spec, b.spec, a.offset, b.offset, *of[a], *of[b])
			}
		}
	}
	return shared
}

func TestMemoryPlansOfRandomGraphs(t *testing.T) {
	for name, make := range map[string]func(*rand.Rand, *graph.Node, *graph.Node) graph.Nodes{"tangles": tangle, "loops": turns} {
		shared, bodies := 0, 0
		for seed := range uint64(60) {
			for _, check := range []bool{false, true} {
				e := bound(t, func(x, y *graph.Node) backend.Func {
					return backend.Func{Outputs: make(rand.New(rand.NewPCG(seed, 4)), x, y), CheckNaN: check}
				})
				for i, p := range programs(e.p) {
					var roots graph.Nodes
					if bodies++; i == 0 {
						roots = e.f.Outputs
					}
					shared += checkPlan(t, p, roots)
				}
				if t.Failed() {
					t.Fatalf("%s, seed %d\n%s", name, seed, e.Program())
				}
			}
		}
		if shared < 1000 || name == "loops" && bodies < 500 {
			t.Errorf("%s: only %d pairs of buffers share memory in %d programs: nothing was tried", name, shared, bodies)
		}
	}
}

// Loops and conditions give the same bits fused and step by step.
func TestFusionInsideOfLoops(t *testing.T) {
	for seed := range uint64(40) {
		var got [2][][]float32
		for i := range got {
			e := bound(t, func(x, y *graph.Node) backend.Func {
				return backend.Func{Outputs: turns(rand.New(rand.NewPCG(seed, 5)), x, y), CheckNaN: i == 1}
			})
			var err error
			if got[i], err = outputs(e); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		for k := range got[0] {
			if !slices.Equal(got[0][k], got[1][k]) {
				t.Fatalf("seed %d: output %d is %v fused, %v step by step", seed, k, got[0][k], got[1][k])
			}
		}
	}
}

func TestArenaIsAligned(t *testing.T) {
	for size := range 300 {
		a := newArena(size)
		if len(a) != size || cap(a) < size {
			t.Fatalf("an arena of %d bytes has %d", size, len(a))
		}
		if size > 0 && uintptr(unsafe.Pointer(&a[0]))%align != 0 {
			t.Fatalf("an arena of %d bytes lies at %p", size, &a[0])
		}
	}
	for _, c := range []struct {
		spec graph.Spec
		want int
	}{
		{graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{}}, 64}, {graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{16}}, 64},
		{graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{17}}, 128}, {graph.Spec{Dtype: graph.Bool, Shape: graph.Shape{0, 3}}, 0},
		{graph.Spec{Dtype: graph.Float64, Shape: graph.Shape{3, 3}}, 128},
	} {
		if got := bytes(c.spec); got != c.want {
			t.Errorf("%v takes %d bytes, want %d", c.spec, got, c.want)
		}
	}
}

// With CheckNaN a run stops at the first result that is no number, names its node, and updates nothing.
func TestNaNStops(t *testing.T) {
	for name, c := range map[string]struct {
		build func(x, y *graph.Node) *graph.Node
		want  string
	}{
		"at once":  {func(x, y *graph.Node) *graph.Node { return ops.Exp(ops.Log(ops.Sub(x, 4))) }, "log: element 0 of the result, shape (2, 3), is NaN"},
		"infinity": {func(x, y *graph.Node) *graph.Node { return ops.Tanh(ops.Div(y, ops.Sub(y, 20))) }, "element 1 of the result, shape (3,), is +Inf"},
		"float64": {func(x, y *graph.Node) *graph.Node {
			return ops.Cast(ops.Log(ops.Cast(ops.Neg(x), graph.Float64)), graph.Float32)
		}, "log: element 0 of the result"},
		"in a loop": {func(x, y *graph.Node) *graph.Node {
			ys, _ := ops.Scan(func(v *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
				return ops.Sqrt(s[0]), graph.Nodes{ops.Sub(s[0], v)}
			}, x, graph.Nodes{ops.SliceAxis(ops.Reshape(x, 6), 0, 0, 2)})
			return ys
		}, "sqrt: element 1 of the result, shape (2,), is NaN"},
		"in a branch": {func(x, y *graph.Node) *graph.Node {
			return ops.Cond(ops.Greater(ops.Sum(x), 0), func() *graph.Node { return ops.Sqrt(ops.Sub(x, 2)) }, func() *graph.Node { return x })
		}, "sqrt: element 0"},
	} {
		p, err := graph.NewParam("p", []float32{1})
		if err != nil {
			t.Fatal(err)
		}
		build := func(check bool) *executable {
			return bound(t, func(x, y *graph.Node) backend.Func {
				return backend.Func{Outputs: graph.Nodes{c.build(x, y)}, CheckNaN: check, Updates: []graph.Update{{Param: p, Value: x.Graph().Const([]float32{7})}}}
			})
		}
		_, err = outputs(build(true))
		var e *graph.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "plan_test.go:") {
			t.Errorf("%s: got the error %v, want %q", name, err, c.want)
		}
		if v := fmt.Sprint(p.Value().Data()); v != "[1]" {
			t.Errorf("%s: the run that was stopped leaves the parameter at %s", name, v)
		}
		if _, err := outputs(build(false)); err != nil {
			t.Errorf("%s: without the check: %v", name, err)
		}
	}
}

// A run whose context is done stops, and the next one works.
func TestCancelledRun(t *testing.T) {
	e := bound(t, func(x, y *graph.Node) backend.Func {
		return backend.Func{Outputs: ops.While(func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(s[0]), 1e6) },
			func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Add(s[0], 1)} }, graph.Nodes{x})}
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := &backend.Run{In: []backend.Slice{backend.SliceOf(graph.Float32, make([]float32, 6)), backend.SliceOf(graph.Float32, make([]float32, 3))},
		Out: []backend.Slice{backend.SliceOf(graph.Float32, make([]float32, 6))}, Commit: func(apply func()) { apply() }}
	if err := e.Run(ctx, r); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	out, err := outputs(e)
	if err != nil || out[0][0] < 1e5 {
		t.Error(out, err)
	}
}
