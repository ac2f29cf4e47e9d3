package ops_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/opstest"
	"github.com/gorgonin/gorgonin/ops"
)

// build makes a sample's graph; axes that may be unknown are if open says so.
func build(t *testing.T, s opstest.Sample, open bool) (in graph.Nodes, y *graph.Node) {
	t.Helper()
	g := graph.New(s.Name)
	for i, a := range s.In {
		d, shape := a.Dtype, graph.Shape(a.Shape).Clone()
		if d == "" {
			d = graph.Float32
		}
		if open {
			for _, axis := range a.None {
				shape[axis] = graph.None
			}
		}
		in = append(in, g.Input("in"+string(rune('a'+i)), shape, d))
	}
	y = s.Build(in)
	if err := g.Err(); err != nil {
		t.Fatalf("%s (unknown axes: %v): %v", s.Name, open, err)
	}
	return in, y
}

// withGradients adds the gradients of y, up to the order that the sample says, each with cotangents that are fed, and
// returns all nodes of the graph.
func withGradients(t *testing.T, s opstest.Sample, in graph.Nodes, y *graph.Node) graph.Nodes {
	t.Helper()
	g := y.Graph()
	order := s.Order
	if order == 0 {
		order = 2
	}
	if s.NoGrad {
		order = 0
	}
	xs := floats(in)
	for ys := (graph.Nodes{y}); order > 0; order-- {
		dys := make(graph.Nodes, len(ys))
		for i, n := range ys {
			dys[i] = g.Input("", n.Shape(), n.Dtype())
		}
		ys = autodiff.VJP(ys, xs, dys)
	}
	if err := g.Err(); err != nil {
		t.Errorf("%s: gradients: %v", s.Name, err)
	}
	return slices.Collect(g.Nodes())
}

// floats lists the inputs that have gradients.
func floats(in graph.Nodes) (out graph.Nodes) {
	for _, n := range in {
		if n.Dtype().IsFloat() {
			out = append(out, n)
		}
	}
	return out
}

// allNodes lists the nodes of every sample, of its gradients and of the bodies they hold.
func allNodes(t *testing.T) graph.Nodes {
	var out, todo graph.Nodes
	for _, s := range opstest.Samples() {
		for _, open := range []bool{false, true} {
			in, y := build(t, s, open)
			todo = append(todo, withGradients(t, s, in, y)...)
		}
	}
	for len(todo) > 0 {
		out = append(out, todo...)
		var inner graph.Nodes
		for _, n := range todo {
			if b, ok := n.Op().(graph.BodyOp); ok {
				for _, body := range b.Bodies() {
					inner = append(inner, slices.Collect(body.Nodes())...)
				}
			}
		}
		todo = inner
	}
	return out
}

func TestSampleNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range opstest.Samples() {
		if seen[s.Name] {
			t.Errorf("two samples are named %q", s.Name)
		}
		seen[s.Name] = true
	}
}

// TestComplete finds every type of package ops that is an operation and looks for it in the samples' graphs.
func TestComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range allNodes(t) {
		seen[reflect.TypeOf(n.Op()).Name()] = true
	}
	for _, name := range opTypes(t) {
		if !seen[name] {
			t.Errorf("no sample in internal/opstest uses %s", name)
		}
	}
}

// opTypes lists the types with a method Name.
func opTypes(t *testing.T) (names []string) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Name" && f.Recv != nil {
				if id, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
					names = append(names, id.Name)
				}
			}
		}
	}
	if len(names) < 50 {
		t.Fatalf("only %d operations were found", len(names))
	}
	return names
}

func TestAttributesAreComparable(t *testing.T) {
	for _, n := range allNodes(t) {
		if typ := reflect.TypeOf(n.Op()); typ.PkgPath() == reflect.TypeFor[ops.CastOp]().PkgPath() {
			checkAttribute(t, typ.Name(), reflect.ValueOf(n.Op()))
		}
	}
}

// checkAttribute refuses what == does not compare by value and sizes that are not known.
func checkAttribute(t *testing.T, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			checkAttribute(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			checkAttribute(t, path, v.Index(i))
		}
	case reflect.Slice, reflect.Map, reflect.Func, reflect.Interface, reflect.Chan:
		t.Errorf("%s is a %v: two of them are never one attribute", path, v.Kind())
	case reflect.Int:
		if v.Int() < -1<<30 {
			t.Errorf("%s holds the unknown size %d", path, v.Int())
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[graph.Ints]() && slices.ContainsFunc(graph.Ints(v.String()).Slice(), func(i int) bool { return i < -1<<30 }) {
			t.Errorf("%s holds an unknown size: %v", path, v)
		}
	case reflect.Float32, reflect.Float64:
		if v.Float() != v.Float() {
			t.Errorf("%s is NaN, which equals nothing", path)
		}
	}
}

// TestInferIsMonotone replays every sample with its gradients on inputs of which one more axis is known each time: what
// was inferred before must stay true.
func TestInferIsMonotone(t *testing.T) {
	for _, s := range opstest.Samples() {
		in, y := build(t, s, true)
		nodes := withGradients(t, s, in, y)
		for i, a := range s.In {
			for _, axis := range a.None {
				nodes = refine(t, s, nodes, i, axis)
			}
		}
	}
}

// refine copies the nodes with the true size for one axis of one input.
func refine(t *testing.T, s opstest.Sample, nodes graph.Nodes, arg, axis int) graph.Nodes {
	t.Helper()
	g := graph.New(s.Name)
	c := &graph.Copier{Dst: g, Sub: map[*graph.Node]*graph.Node{}}
	k := 0
	var roots graph.Nodes
	for _, n := range nodes {
		op, ok := n.Op().(graph.InputOp)
		switch {
		case !ok:
			roots = append(roots, n)
		case k == arg:
			c.Sub[n] = g.Input(op.Label, n.Shape().With(axis, s.In[arg].Shape[axis]), n.Dtype())
		default:
			c.Sub[n] = g.Input(op.Label, n.Shape(), n.Dtype())
		}
		if ok {
			k++
		}
	}
	copies, err := c.Copy(roots...)
	if err != nil {
		t.Errorf("%s: axis %d of input %d made known: %v", s.Name, axis, arg, err)
		return nil
	}
	for i, n := range roots {
		if !n.IsTuple() && !graph.Refines(copies[i].Spec(), n.Spec()) {
			t.Errorf("%s: %v became %v when axis %d of input %d was made known", s.Name, n, copies[i].Spec(), axis, arg)
		}
	}
	return slices.Collect(g.Nodes())
}

// TestBinding builds each sample with unknown axes, binds the sizes, and compares with the graph built of known sizes.
func TestBinding(t *testing.T) {
	for _, s := range opstest.Samples() {
		in, y := build(t, s, true)
		_, want := build(t, s, false)
		g := graph.New(s.Name)
		c := &graph.Copier{Dst: g, Sub: map[*graph.Node]*graph.Node{}, Bind: true}
		for i, n := range in {
			c.Sub[n] = g.Input(n.Name(), s.In[i].Shape, n.Dtype())
		}
		out, err := c.Copy(y)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if got := out[0].Spec(); got.Dtype != want.Dtype() || !got.Shape.Equal(want.Shape()) {
			t.Errorf("%s: bound it is %v, built of known sizes %v", s.Name, got, want.Spec())
		}
		if err := graph.Verify(out...); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}
