package engine

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// lowered writes the graph of f(x, y) after all passes without positions, for x: (None, 3) bound to (2, 3) and y: (3,).
func lowered(t *testing.T, f func(x, y *graph.Node) *graph.Node) string {
	t.Helper()
	g := graph.New("g")
	x, y := g.Input("x", graph.Shape{graph.None, 3}), g.Input("y", graph.Shape{3})
	fn := compile(t, Config{Inputs: graph.Nodes{x, y}, Outputs: graph.Nodes{f(x, y)}})
	b, err := fn.lookup([]int{2, 2, 3, 1, 3})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for n := range graph.Walk(b.f.Outputs...) {
		var in []string
		for _, x := range n.Inputs() {
			in = append(in, x.Name())
		}
		lines = append(lines, graph.OpString(n.Op())+"("+strings.Join(in, ", ")+")")
	}
	return strings.Join(lines, "; ")
}

func TestPasses(t *testing.T) {
	type N = *graph.Node
	for _, c := range []struct {
		name, want string
		f          func(x, y N) N
	}{
		{"explicit broadcast", "input{Label: x}(); input{Label: y}(); broadcast_to{Dims: [2 3]}(y); add(x, broadcast_to)",
			func(x, y N) N { return ops.Add(x, y) }},
		{"sum_like of equal shapes", "input{Label: x}()", func(x, y N) N { return ops.SumLike(x, ops.Exp(x)) }},
		{"size", "const{6}()", func(x, y N) N { return ops.SizeOf(x, graph.Float32) }},
		{"constants", "input{Label: x}(); const{0.5}(); broadcast_to{Dims: [2 3]}(const); mul(x, broadcast_to)",
			func(x, y N) N { return ops.Mul(x, ops.Reciprocal(ops.SizeOf(x, graph.Float32, 0))) }},
		{"zero", "input{Label: x}()", func(x, y N) N { return ops.Add(x, ops.Mul(ops.ZerosLike(x), ops.Exp(y))) }},
		{"numeric zero stays", "input{Label: x}(); const{0}(); broadcast_to{Dims: [2 3]}(const); mul(x, broadcast_to)",
			func(x, y N) N { return ops.Mul(x, 0) }},
		{"neutral", "input{Label: x}()", func(x, y N) N { return ops.Sub(ops.Div(ops.Add(ops.Mul(x, 1), 0), 1), 0) }},
		{"double negation", "input{Label: x}()", func(x, y N) N { return ops.Neg(ops.Neg(x)) }},
		{"reshapes", "input{Label: x}(); reshape{Dims: [6]}(x)", func(x, y N) N { return ops.Reshape(ops.Reshape(x, 3, -1), -1) }},
		{"transposes", "input{Label: x}()", func(x, y N) N { return ops.Transpose(ops.Transpose(x)) }},
		{"transposed operand", "input{Label: x}(); matmul{TransB: true}(x, x)", func(x, y N) N { return ops.MatMul(x, ops.Transpose(x)) }},
		{"summed products", "input{Label: y}(); broadcast_to{Dims: [2 4 3]}(y); merge_axes{N: 2}(broadcast_to); matmul{TransA: true}(merge_axes, merge_axes)",
			func(x, y N) N {
				b := ops.BroadcastTo(y, 2, 4, 3)
				return ops.SumLike(graph.Apply(ops.MatMulOp{TransA: true}, b, b), ops.Outer(y, y))
			}},
		{"joined slices", "input{Label: x}(); exp(x); sin(x); concatenate{Axis: 1}(exp, sin)", func(x, y N) N {
			whole := ops.Concatenate(graph.Nodes{x, x}, 1) // what the slices below are taken of
			back := func(dy N, start, stop int) N {
				return graph.Apply(ops.PlaceOp{Axis: 1, Start: start, Stop: stop, Step: 1, Size: 6}, dy, whole)
			}
			return ops.Add(back(ops.Sin(x), 3, 6), back(ops.Exp(x), 0, 3))
		}},
		{"late broadcast", "input{Label: y}(); exp(y); broadcast_to{Dims: [2 3]}(exp)",
			func(x, y N) N { return ops.Exp(ops.BroadcastLike(y, x)) }},
		{"equal nodes", "input{Label: x}(); exp(x); add(exp, exp)", func(x, y N) N { return ops.Add(ops.Exp(x), ops.Exp(ops.Mul(x, 1))) }},
		{"mode and names", "input{Label: x}(); exp(x)", func(x, y N) N { return ops.InTraining(ops.Sin(x), ops.Exp(x)).Named("out") }},
	} {
		if got := lowered(t, c.f); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestDumpAndProgram(t *testing.T) {
	var dump bytes.Buffer
	g := graph.New("g")
	x := g.Input("x", graph.Shape{graph.None, 3})
	f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Softplus(ops.Mul(x, 2))}, DumpPasses: &dump})
	run(t, f, [][]float32{{1, 2, 3}})
	for _, p := range passes {
		if !strings.Contains(dump.String(), "after "+p.name+": graph g\n") {
			t.Errorf("the dump lacks pass %q", p.name)
		}
	}
	var program bytes.Buffer
	if err := f.WriteProgram(&program); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`inputs x float32 \(None, 3\)`, `with x \(1, 3\)`, "softplus", `arena \d+ bytes`} {
		if !regexp.MustCompile(want).MatchString(program.String()) {
			t.Errorf("the program lacks %q:\n%s", want, &program)
		}
	}
}
