package gorgonia

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// lowering is how one operation becomes nodes of Gorgonia. A file of this package registers those of a family in its init.
type lowering struct {
	make func(b *builder, n *graph.Node, in []*G.Node) (*G.Node, error)
	// supports refuses attributes or shapes; nil for none.
	supports func(op graph.Op, in, out []graph.Spec) error
}

// table finds a lowering by the name of the operation.
var table = map[string]lowering{}

// formula is a lowering written with Gorgonia's own functions.
type formula func(n *graph.Node, in []*G.Node) (*G.Node, error)

// register enters a formula.
func register(name string, f formula) {
	table[name] = lowering{make: func(b *builder, n *graph.Node, in []*G.Node) (*G.Node, error) {
		return b.apply(in, func(in []*G.Node) (*G.Node, error) { return f(n, in) })
	}}
}

// builder builds the expression graph of a function.
type builder struct {
	g      *G.ExprGraph
	x      *executable
	node   *graph.Node // being lowered
	values map[*graph.Node]*G.Node
	count  int // names leaves and steps
}

// lower adds a node of ours.
func (b *builder) lower(n *graph.Node) (err error) {
	defer func() {
		if err != nil {
			err = failure(n, err)
		}
	}()
	defer caught(&err, "building")
	b.node = n
	switch op := n.Op().(type) {
	case graph.InputOp, graph.ParamOp:
		b.values[n] = b.leaf(blank(n.Spec()))
		return nil
	case graph.ConstOp:
		b.values[n], err = b.constant(n, op)
		return err
	case graph.Transparent:
		b.values[n] = b.values[n.In(0)]
		return nil
	}
	var in []*G.Node
	for _, x := range n.Inputs() {
		in = append(in, b.values[x])
	}
	y, err := table[n.Op().Name()].make(b, n, in)
	if err != nil {
		return errors.Wrap(err, "Gorgonia refuses")
	}
	want := shapeOf(n.Shape())
	if y, err = b.apply([]*G.Node{y}, func(in []*G.Node) (*G.Node, error) { return reshape(in[0], want) }); err != nil {
		return errors.Wrap(err, "Gorgonia refuses")
	}
	b.values[n] = y
	return nil
}

// blank is a tensor of zeros that holds a value of the given spec.
func blank(s graph.Spec) *tensor.Dense {
	return tensor.New(tensor.Of(carrier(s.Dtype)), tensor.WithShape(shapeOf(s.Shape)...))
}

func (b *builder) name(kind string) string {
	b.count++
	return fmt.Sprintf("%s %d", kind, b.count)
}

// leaf makes a node that holds a tensor.
func (b *builder) leaf(v *tensor.Dense) *G.Node {
	return G.NewTensor(b.g, v.Dtype(), v.Dims(), G.WithShape(v.Shape()...), G.WithName(b.name("leaf")), G.WithValue(v))
}

// apply makes nodes from in with Gorgonia's functions. f builds them in a scratch graph, apart from everything else, so that Gorgonia
// neither rewrites ("stabilizes") nor merges them with others; then each operation is moved into the graph as a step.
func (b *builder) apply(in []*G.Node, f func(in []*G.Node) (*G.Node, error)) (*G.Node, error) {
	scratch := G.NewGraph()
	fakes, moved := make([]*G.Node, len(in)), map[*G.Node]*G.Node{}
	for i, x := range in {
		fakes[i] = G.NewTensor(scratch, x.Dtype(), x.Dims(), G.WithShape(x.Shape().Clone()...), G.WithName(fmt.Sprintf("operand %d", i)))
		moved[fakes[i]] = x
	}
	y, err := f(fakes)
	if err != nil {
		return nil, err
	}
	return b.move(scratch, y, moved)
}

// move copies a node of a scratch graph, with all that it depends on.
func (b *builder) move(scratch *G.ExprGraph, n *G.Node, moved map[*G.Node]*G.Node) (*G.Node, error) {
	if m := moved[n]; m != nil {
		return m, nil
	}
	var in []*G.Node
	for it := scratch.From(n.ID()); it.Next(); {
		x, err := b.move(scratch, it.Node().(*G.Node), moved)
		if err != nil {
			return nil, err
		}
		in = append(in, x)
	}
	var err error
	if len(in) > 0 {
		moved[n], err = b.step(n.Op(), n.Shape().Clone(), in...)
		return moved[n], err
	}
	switch v := n.Value().(type) {
	case *tensor.Dense:
		moved[n] = b.leaf(v)
	case G.Scalar:
		moved[n] = G.NewScalar(b.g, v.Dtype(), G.WithName(b.name("scalar")), G.WithValue(v))
	default:
		return nil, errors.Errorf("the formula reads %v, which has no value", n)
	}
	return moved[n], nil
}

// step adds an operation of Gorgonia's or of this package, whose result has the given shape.
func (b *builder) step(op G.Op, shape tensor.Shape, in ...*G.Node) (*G.Node, error) {
	b.count++
	s := &step{Op: op, x: b.x, node: b.node, shape: shape, id: b.count}
	b.x.steps = append(b.x.steps, s)
	return G.ApplyOp(s, in...)
}

// constant makes a leaf of a constant.
func (b *builder) constant(n *graph.Node, op graph.ConstOp) (*G.Node, error) {
	v := blank(n.Spec())
	s, err := wrap(n.Dtype(), op.Values())
	if err != nil {
		return nil, err
	}
	return b.leaf(v), load(v, s)
}
