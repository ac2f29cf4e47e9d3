package ops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// WhileOp runs the body of Loop as long as Test holds, at most Limit times if that is not 0. Test is a loop with the same
// carries whose only result, Next[0], is a bool scalar. Inputs: the first carries, the captured values of Test, those of
// Loop. Results: the last carries, read by [FinalOp].
type WhileOp struct {
	Test, Loop *Loop
	Limit      int
}

// Name is "while".
func (WhileOp) Name() string { return "while" }

// String writes the op.
func (o WhileOp) String() string { return fmt.Sprintf("while{Carry: %d}", len(o.Loop.Carry)) }

// Why says what to use instead.
func (WhileOp) Why() string {
	return "the number of its steps is not known: use Scan with a mask, or ops.Fori"
}

// Split divides the inputs into first carries and the captured values of the test and of the body.
func (o WhileOp) Split(in graph.Nodes) (carry, test, body graph.Nodes) {
	nc := len(o.Loop.Carry)
	nt := nc + len(o.Test.Body.Leaves())
	return in[:nc], in[nc:nt], in[nt:]
}

// InferTuple returns the specs of the last carries.
func (o WhileOp) InferTuple(in []graph.Spec) ([]graph.Spec, error) {
	if t := o.Test.Next[0].Spec(); t.Dtype != graph.Bool || len(t.Shape) != 0 {
		return nil, fmt.Errorf("the condition is %v, want a bool scalar", t)
	}
	return o.Loop.checkCarries(in[:len(o.Loop.Carry)])
}

// Bodies are the condition and the body.
func (o WhileOp) Bodies() []*graph.Graph { return []*graph.Graph{o.Test.Body, o.Loop.Body} }

// Rebind copies the bodies for other specs.
func (o WhileOp) Rebind(c *graph.Copier, in []graph.Spec) (graph.Op, error) {
	nc := len(o.Loop.Carry)
	nt := nc + len(o.Test.Body.Leaves())
	test, err := o.Test.rebind(c, in[:nc], nil, in[nc:nt])
	if err != nil {
		return nil, err
	}
	body, err := o.Loop.rebind(c, in[:nc], nil, in[nt:])
	return WhileOp{test, body, o.Limit}, err
}

// While runs body as long as cond holds, from the carried values initial on, and returns the last ones. cond returns a bool
// scalar. Carried values keep their dtype and shape. limit bounds the number of steps (Keras's maximum_iterations).
// No gradient goes through: use [Scan] with a mask, or [Fori].
func While(cond func(state graph.Nodes) *graph.Node, body func(state graph.Nodes) graph.Nodes, initial graph.Nodes, limit ...int) graph.Nodes {
	fail := func(err error) graph.Nodes {
		return repeatNode(graph.FailCall("while", err, initial...), len(initial))
	}
	if cond == nil || body == nil {
		return fail(errors.New("the condition or the body is a nil function"))
	}
	if len(initial) == 0 {
		return fail(errors.New("nothing is carried: the loop would not end"))
	}
	if err := initial.FirstErr(); err != nil {
		return fail(err)
	}
	if len(limit) > 1 || len(limit) == 1 && limit[0] < 1 {
		return fail(fmt.Errorf("the limit is %v, want at most one number, at least 1", limit))
	}
	g := graph.Home(initial...).Innermost()
	test := func(state graph.Nodes) graph.Nodes { return graph.Nodes{cond(state)} }
	o := WhileOp{Test: whileBody(g, "while_test", initial, test), Loop: whileBody(g, "while", initial, body)}
	if len(limit) == 1 {
		o.Limit = limit[0]
	}
	for _, l := range []*Loop{o.Test, o.Loop} {
		if bad := poisonedOf(l.Next); bad != nil {
			return repeatNode(bad, len(initial))
		}
		if err := bodyError("carry", l.Next, l.Body); err != nil {
			return fail(err)
		}
		l.Body.Close()
	}
	if len(o.Loop.Next) != len(initial) {
		return fail(fmt.Errorf("the body returns %d carried values, want %d", len(o.Loop.Next), len(initial)))
	}
	n := g.Apply(o, slices.Concat(initial, o.Test.Body.Captured(), o.Loop.Body.Captured())...)
	if n.Poisoned() {
		return repeatNode(n, len(initial))
	}
	last := make(graph.Nodes, len(initial))
	for i := range last {
		last[i] = g.Apply(FinalOp{i}, n)
	}
	return last
}

func whileBody(g *graph.Graph, name string, initial graph.Nodes, f func(graph.Nodes) graph.Nodes) *Loop {
	l := &Loop{Body: g.Body(name)}
	for _, n := range initial {
		l.addCarry(n.Spec())
	}
	defer l.Body.Enter(false)()
	l.Next = slices.Clone(f(slices.Clone(l.Carry)))
	return l
}

// Fori runs body for i = lower, lower+1 ... upper-1 (int32 scalars) from the carried values initial on and returns the last
// ones, as Keras's fori_loop. It is a scan: gradients go through.
func Fori(lower, upper int, body func(i *graph.Node, state graph.Nodes) graph.Nodes, initial graph.Nodes) graph.Nodes {
	if err := initial.FirstErr(); err != nil || len(initial) == 0 {
		return repeatNode(graph.FailCall("fori", errors.Join(err, errors.New("no initial value")), initial...), len(initial))
	}
	count := initial[0].Graph().Apply(IotaOp{Dtype: graph.Int32, fill: fill{Dims: graph.MakeInts(max(upper-lower, 0))}})
	_, last := ScanOver(ScanConfig{Initial: initial, Sequences: graph.Nodes{Add(count, lower)}, Step: func(x, state graph.Nodes) (graph.Nodes, graph.Nodes) {
		return nil, body(x[0], state)
	}})
	return last
}
