package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ScanOp runs the body of Loop once for each element of axis 0 of its sequences, the last one first if Reverse is set.
// Inputs: the first carries, the sequences (time first), the captured values in the order of the body's leaves, and
// optionally one of which only the size of axis 0 is read: the number of steps of a scan without sequences. Steps is that
// number once sizes are known, -1 before. Results: the carries after the last step, read by [FinalOp]; [HistoryOp] reads the
// value of a body node at all steps.
type ScanOp struct {
	Loop    *Loop
	Reverse bool
	Steps   int
}

// Name is "scan".
func (ScanOp) Name() string { return "scan" }

// String writes the op with its direction.
func (o ScanOp) String() string {
	s := "scan{"
	if o.Reverse {
		s += "Reverse, "
	}
	return s + fmt.Sprintf("Carry: %d, X: %d}", len(o.Loop.Carry), len(o.Loop.X))
}

// fixed is the number of inputs without the one that gives the length.
func (o ScanOp) fixed() int {
	return len(o.Loop.Carry) + len(o.Loop.X) + len(o.Loop.Body.Leaves())
}

// Split divides the inputs of a scan into first carries, sequences and captured values.
func (o ScanOp) Split(in graph.Nodes) (carry, xs, captured graph.Nodes) {
	nc, nx := len(o.Loop.Carry), len(o.Loop.X)
	return in[:nc], in[nc : nc+nx], in[nc+nx : o.fixed()]
}

// length is the number of steps that all sequences agree on.
func (o ScanOp) length(in []graph.Spec) (int, error) {
	nc, nx := len(o.Loop.Carry), len(o.Loop.X)
	steps := graph.None
	if o.Steps >= 0 {
		steps = o.Steps
	}
	seqs := append(append([]graph.Spec{}, in[nc:nc+nx]...), in[o.fixed():]...)
	if len(seqs) == 0 && o.Steps < 0 {
		return 0, fmt.Errorf("there is no sequence: give a node whose axis 0 is the number of steps")
	}
	for i, s := range seqs {
		if len(s.Shape) == 0 {
			return 0, fmt.Errorf("sequence %d is a scalar, want its steps along axis 0", i)
		}
		n := s.Shape[0]
		if n != graph.None && steps != graph.None && n != steps {
			return 0, fmt.Errorf("sequence %d has %d steps, the others have %d", i, n, steps)
		}
		if steps == graph.None {
			steps = n
		}
	}
	return steps, nil
}

// InferTuple returns the specs of the last carries.
func (o ScanOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	if len(in) < o.fixed() || len(in) > o.fixed()+1 {
		return nil, fmt.Errorf("%d inputs, want %d carries, %d sequences and %d captured values", len(in), len(o.Loop.Carry), len(o.Loop.X), len(o.Loop.Body.Leaves()))
	}
	if _, err := o.length(in); err != nil {
		return nil, err
	}
	nc := len(o.Loop.Carry)
	for i, x := range o.Loop.X {
		s := in[nc+i]
		if !graph.Fits(graph.Spec{Dtype: s.Dtype, Shape: s.Shape[1:]}, x.Spec()) {
			return nil, fmt.Errorf("sequence %d is %v, the body takes steps of %v", i, s, x.Spec())
		}
	}
	return o.Loop.checkCarries(in)
}

// ShapeOnly is true for the input that gives the number of steps.
func (o ScanOp) ShapeOnly(i int) bool { return i == o.fixed() }

// Bind returns the scan with its number of steps built in.
func (o ScanOp) Bind(in []graph.Spec) graph.Op {
	o.Steps, _ = o.length(in)
	return o
}

// Bodies is the body.
func (o ScanOp) Bodies() []*graph.Graph { return []*graph.Graph{o.Loop.Body} }

// Rebind copies the body for other specs.
func (o ScanOp) Rebind(c *graph.Copier, in []graph.Spec) (graph.Op, error) {
	if _, err := o.length(in); err != nil {
		return nil, err
	}
	nc, nx := len(o.Loop.Carry), len(o.Loop.X)
	l, err := o.Loop.rebind(c, in[:nc], in[nc:nc+nx], in[nc+nx:o.fixed()])
	if err != nil {
		return nil, err
	}
	o.Loop = l
	return o, nil
}

// FinalOp reads result I of a loop or a condition: carry I after the last step.
type FinalOp struct{ I int }

// Name is "final".
func (FinalOp) Name() string { return "final" }

// Index is the number of the result.
func (o FinalOp) Index() int { return o.I }

// Project returns the spec of the result.
func (o FinalOp) Project(parent *graph.Node) (graph.Spec, error) {
	if o.I < 0 || o.I >= len(parent.Specs()) {
		return graph.Spec{}, fmt.Errorf("result %d of %d is asked for", o.I, len(parent.Specs()))
	}
	return parent.Specs()[o.I].Clone(), nil
}

// HistoryOp reads the value that the body node with history number I has at each step of a scan, time first.
type HistoryOp struct{ I int }

// Name is "history".
func (HistoryOp) Name() string { return "history" }

// Project returns the spec of the body node with the steps as axis 0.
func (o HistoryOp) Project(parent *graph.Node) (graph.Spec, error) {
	scan, ok := parent.Op().(ScanOp)
	if !ok {
		return graph.Spec{}, fmt.Errorf("%s is no scan", parent.Name())
	}
	h := scan.Loop.Histories()
	if o.I < 0 || o.I >= len(h) {
		return graph.Spec{}, fmt.Errorf("history %d of %d is asked for", o.I, len(h))
	}
	in := make([]graph.Spec, len(parent.Inputs()))
	for i, x := range parent.Inputs() {
		in[i] = x.Spec()
	}
	steps, err := scan.length(in)
	s := h[o.I].Spec()
	s.Shape = append(graph.Shape{steps}, s.Shape...)
	return s, err
}

// historyOf reads the value of a body node at each step of the scan n.
func historyOf(n, body *graph.Node) *graph.Node {
	return n.Graph().Apply(HistoryOp{n.Op().(ScanOp).Loop.number(body)}, n)
}
