package ops

import (
	"fmt"
	"slices"
	"sync"

	"github.com/gorgonin/gorgonin/graph"
)

// Loop is the body of a loop with its leaves and results. Two loops are never merged. The body is closed: it may grow by
// nodes, whose values can then be read as histories, but not by captures.
type Loop struct {
	Body  *graph.Graph
	Carry graph.Nodes // leaves: the values carried from step to step, as they enter
	X     graph.Nodes // leaves: the slices of the sequences
	Next  graph.Nodes // the carried values as they leave

	mu        sync.Mutex
	histories graph.Nodes // body nodes whose values at all steps can be read, by number
}

// Histories lists the body nodes whose values at all steps can be read: number i is what HistoryOp{i} reads.
func (l *Loop) Histories() graph.Nodes {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.histories)
}

// number gives a body node its history number.
func (l *Loop) number(n *graph.Node) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.histories, n)
	if i < 0 {
		i = len(l.histories)
		l.histories = append(l.histories, n)
	}
	return i
}

// addCarry and addX make leaves.
func (l *Loop) addCarry(s graph.Spec) *graph.Node {
	n := l.Body.Input(fmt.Sprintf("carry_%d", len(l.Carry)), s.Shape, s.Dtype)
	l.Carry = append(l.Carry, n)
	return n
}

func (l *Loop) addX(s graph.Spec) *graph.Node {
	n := l.Body.Input(fmt.Sprintf("x_%d", len(l.X)), s.Shape[1:], s.Dtype)
	l.X = append(l.X, n)
	return n
}

// rebind copies the loop for other specs of the carries, the sequences and the captured values.
func (l *Loop) rebind(c *graph.Copier, carry, seqs, captured []graph.Spec) (*Loop, error) {
	m := &Loop{Body: l.Body.Rebody(c.Dst, captured)}
	k := c.Inside(m.Body)
	for i, s := range carry {
		k.Sub[l.Carry[i]] = m.addCarry(s)
	}
	for i, s := range seqs {
		k.Sub[l.X[i]] = m.addX(s)
	}
	for i, n := range l.Body.Leaves() {
		k.Sub[n] = m.Body.Leaves()[i]
	}
	defer c.Dst.PushPath("")()
	var err error
	if m.Next, err = k.Copy(l.Next...); err != nil {
		return nil, err
	}
	if m.histories, err = k.Copy(l.Histories()...); err != nil {
		return nil, err
	}
	return m, nil
}

// checkCarries compares the carried values before, at the entry and at the end of a step and returns what all agree on.
func (l *Loop) checkCarries(in []graph.Spec) ([]graph.Spec, error) {
	out := make([]graph.Spec, len(l.Carry))
	for i, c := range l.Carry {
		next := l.Next[i]
		s, ok := graph.Same(in[i].Shape, c.Shape())
		if ok {
			s, ok = graph.Same(s, next.Shape())
		}
		if !ok || in[i].Dtype != next.Dtype() {
			return nil, fmt.Errorf("carry %d starts as %v and leaves the body as %v (%s): a carried value keeps its dtype and shape", i, in[i], next.Spec(), next.Name())
		}
		out[i] = graph.Spec{Dtype: in[i].Dtype, Shape: s}
	}
	return out, nil
}

// bodyError says that a body made in g returned something unusable; nil if all is well.
func bodyError(what string, nodes graph.Nodes, b *graph.Graph) error {
	for i, n := range nodes {
		switch {
		case n == nil:
			return fmt.Errorf("%s %d that the body returns is a nil node", what, i)
		case n.Poisoned():
			return n.Err()
		case n.IsTuple():
			return fmt.Errorf("%s %d that the body returns (%s) is a tuple", what, i, n.Name())
		}
		if nodes[i] = b.Capture(n); nodes[i] == nil {
			return fmt.Errorf("%s %d that the body returns (%s) belongs to graph %q, which is not around the body", what, i, n.Name(), n.Graph().Name())
		}
	}
	return nil
}
