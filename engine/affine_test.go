package engine

import (
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend/native"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// affineNet is a product and a convolution with batch normalization as in inference.
func affineNet(t *testing.T, g *graph.Graph, x *graph.Node) *graph.Node {
	t.Helper()
	vector := func(name string, v ...float32) *graph.Node { return g.Param(param(t, name, v)) }
	kernel := g.Param(param(t, "kernel", [][][]float32{{{1, 2}, {3, 4}}, {{-1, 0.5}, {2, -2}}, {{0, 1}, {1, 0}}}))
	dense := g.Param(param(t, "dense", [][]float32{{1, -1}, {2, 0.5}}))
	mean, variance, gamma, beta := vector("mean", 0.5, -1), vector("variance", 2, 0.3), vector("gamma", 1.5, -0.7), vector("beta", 0.1, 0.2)
	y := ops.Add(ops.Conv(x, kernel, ops.ConvOptions{Padding: "same"}), vector("bias", 0.3, -0.4))
	y = ops.Relu(ops.BatchNormalization(y, mean, variance, -1, beta, gamma, 1e-3))
	return ops.Mul(ops.Sub(ops.MatMul(y, dense), mean), gamma)
}

func TestAffineIsFolded(t *testing.T) {
	compiled := func(without string, n int) (text string, out []float64) {
		g := graph.New("net")
		x := g.Input("x", graph.Shape{n, 7, 2})
		values := make([]float32, n*14)
		for i := range values {
			values[i] = float32(math.Sin(float64(i)))
		}
		var passes strings.Builder
		f := compile(t, Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{affineNet(t, g, x)}, DumpPasses: &passes, Backend: native.Backend{Without: without}})
		in := make([][][]float32, n)
		for i := range in {
			for k := range 7 {
				in[i] = append(in[i], values[(i*7+k)*2:][:2])
			}
		}
		out = run(t, f, in)[0]
		_, text, _ = strings.Cut(passes.String(), "after explicit broadcasts")
		return text, out
	}
	full := func(text, shape string) (n int) { // subtractions from all elements
		for line := range strings.Lines(text) {
			if strings.Contains(line, " = sub(") && strings.Contains(line, "float32 "+shape) {
				n++
			}
		}
		return n
	}
	plain, expected := compiled("all", 9)
	folded, got := compiled("", 9)
	if full(plain, "(9, 7, 2)") != 2 || full(folded, "(9, 7, 2)") != 0 {
		t.Errorf("not everything is folded:\n%s\n%s", plain, folded)
	}
	want(t, got, expected...)
	if small, _ := compiled("", 1); full(small, "(1, 7, 2)") != 1 {
		t.Errorf("weights that are larger than the result are scaled, or smaller ones are not:\n%s", small)
	}
}
