package autodiff_test

import (
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

// bind copies nodes with known sizes into a new graph and leaves out what loops do not need.
func bind(t *testing.T, x *graph.Node, shape graph.Shape, roots graph.Nodes) graph.Nodes {
	t.Helper()
	dst := graph.New("bound")
	c := &graph.Copier{Dst: dst, Bind: true, Sub: map[*graph.Node]*graph.Node{x: dst.Input("x", shape, x.Dtype())}}
	bound, err := c.Copy(roots...)
	if err != nil {
		t.Fatal(err)
	}
	_, out, err := pruned(env{c.Sub[x]: nil}, bound)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// scans lists the scans that the roots depend on.
func scans(roots graph.Nodes) (out graph.Nodes) {
	for n := range graph.Walk(roots...) {
		if _, ok := n.Op().(ops.ScanOp); ok {
			out = append(out, n)
		}
	}
	return out
}

// recurrent is a simple recurrent layer without and with the gradient of its kernel.
func recurrent(t *testing.T) (x *graph.Node, last, grad graph.Nodes) {
	t.Helper()
	g := graph.New("rnn")
	p, err := graph.NewParam("u", [][]float32{{0.1, 0.2}, {0.3, 0.4}})
	if err != nil {
		t.Fatal(err)
	}
	x = g.Input("x", graph.Shape{graph.None, graph.None, 2})
	ys, last := ops.Scan(func(x *graph.Node, s graph.Nodes) (*graph.Node, graph.Nodes) {
		h := ops.Tanh(ops.Add(x, ops.MatMul(s[0], g.Param(p))))
		return h, graph.Nodes{h, ops.Add(s[1], 1)}
	}, x, graph.Nodes{ops.ZerosFrom(x, graph.Float32, []int{graph.None, 2}, nil), g.Scalar(graph.Float32, 0)})
	if ys.Poisoned() {
		t.Fatal(g.Err())
	}
	return x, last[:1], autodiff.ParamGrads(ops.Sum(last[0]), []*graph.Param{p})
}

func TestPruneKeepsWhatIsRead(t *testing.T) {
	x, last, grad := recurrent(t)
	forward := scans(bind(t, x, graph.Shape{4, 5, 2}, last))
	if len(forward) != 1 {
		t.Fatalf("%d scans", len(forward))
	}
	l := forward[0].Op().(ops.ScanOp).Loop
	if len(l.Carry) != 1 || len(l.Histories()) != 0 || len(l.X) != 1 {
		t.Errorf("inference carries %d values and keeps %d histories of %d sequences, want 1, 0 and 1", len(l.Carry), len(l.Histories()), len(l.X))
	}
	both := scans(bind(t, x, graph.Shape{4, 5, 2}, grad))
	if len(both) != 2 {
		t.Fatalf("%d scans, want the forward one and its gradient", len(both))
	}
	if l := both[1].Op().(ops.ScanOp).Loop; len(l.Carry) != 1 {
		t.Errorf("the gradient carries %d values, want only the cotangent of the state", len(l.Carry))
	}
}

func TestKernelGradientIsOneMatMul(t *testing.T) {
	x, _, grad := recurrent(t)
	out := bind(t, x, graph.Shape{4, 5, 2}, grad)
	m, ok := out[0].Op().(ops.MatMulOp)
	if !ok || !m.TransA || out[0].In(0).Shape()[0] != 20 {
		t.Errorf("the gradient of the kernel is %v, want one matmul over all steps and rows", out[0])
	}
}
