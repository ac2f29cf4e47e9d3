package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// Where takes the elements of a where cond is true and those of b elsewhere, all three broadcast together. Numbers in
// cond are true unless 0. Gradients reach a and b each only where they were taken.
func Where[A, B Operand](cond *graph.Node, a A, b B) *graph.Node {
	cond = Cast(cond, graph.Bool)
	if node(a) == nil && node(b) == nil && cond != nil && !cond.Poisoned() {
		if _, ok := any(a).(*graph.Node); !ok {
			v, whole := number(a)
			d := graph.Float32
			if _, w := number(b); whole && w {
				d = graph.Int32
			}
			return whereOp(cond, cond.Graph().Scalar(d, v), b)
		}
	}
	return whereOp(cond, a, b)
}

func whereOp[A, B Operand](cond *graph.Node, a A, b B) *graph.Node {
	x, y := pair("select", a, b)
	return graph.Apply(selectOp{}, cond, x, y)
}

type selectOp struct{}

func (selectOp) Name() string { return "select" }

func (selectOp) Elementwise() {}

func (selectOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if in[0].Dtype != graph.Bool {
		return graph.Spec{}, fmt.Errorf("the condition is %v, want bool", in[0])
	}
	out, err := inferBinary(in[1:])
	if err != nil {
		return out, err
	}
	out.Shape, err = graph.BroadcastShapes(in[0].Shape, in[1].Shape, in[2].Shape)
	return out, err
}

func (selectOp) VJP(y, dy *graph.Node) []*graph.Node {
	cond := y.In(0)
	return pull(y, nil,
		func() *graph.Node { return Where(cond, dy, 0) },
		func() *graph.Node { return Where(cond, 0, dy) })
}
