package gorgonia

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// loop is an operation that Gorgonia lacks or computes wrongly, as a plain loop over the elements.
type loop struct {
	name  string
	in    []hm.Type
	shape tensor.Shape
	dtype tensor.Dtype
	do    body
}

// body computes the elements of a result, in float64 whatever the carriers are.
type body func(in [][]float64, out []float64) error

// registerLoop enters an operation that a loop computes. f makes the loop for a node.
func registerLoop(name string, f func(n *graph.Node) body) {
	table[name] = lowering{make: func(b *builder, n *graph.Node, in []*G.Node) (*G.Node, error) {
		return b.loop(n.Op().Name(), carrier(n.Dtype()), shapeOf(n.Shape()), f(n), in...)
	}}
}

// loop adds a step that a loop computes.
func (b *builder) loop(name string, d tensor.Dtype, shape tensor.Shape, do body, in ...*G.Node) (*G.Node, error) {
	l := &loop{name: name, shape: shape, dtype: d, do: do}
	for _, x := range in {
		l.in = append(l.in, G.TensorType{Dims: x.Dims(), Of: x.Dtype()})
	}
	return b.step(l, shape, in...)
}

// Arity is the number of operands.
func (l *loop) Arity() int { return len(l.in) }

// Type is the function from the operands' types to the result's.
func (l *loop) Type() hm.Type {
	types := append([]hm.Type{}, l.in...)
	return hm.NewFnType(append(types, G.TensorType{Dims: len(l.shape), Of: l.dtype})...)
}

// InferShape returns the shape of the result.
func (l *loop) InferShape(...G.DimSizer) (tensor.Shape, error) { return l.shape.Clone(), nil }

// Do runs the loop.
func (l *loop) Do(in ...G.Value) (G.Value, error) {
	elements := make([][]float64, len(in))
	for i, v := range in {
		elements[i] = floats(v.Data())
	}
	out := make([]float64, l.shape.TotalSize())
	if err := l.do(elements, out); err != nil {
		return nil, err
	}
	var backing any = out
	switch l.dtype {
	case tensor.Float32:
		v := make([]float32, len(out))
		narrow(v, out)
		backing = v
	case tensor.Int:
		v := make([]int, len(out))
		for i, x := range out {
			v[i] = int(x)
		}
		backing = v
	case tensor.Float64:
	default:
		return nil, errors.Errorf("there is no loop for %v", l.dtype)
	}
	return tensor.New(tensor.WithShape(l.shape.Clone()...), tensor.WithBacking(backing)), nil
}

// ReturnsPtr is false: the result lies in memory of its own.
func (*loop) ReturnsPtr() bool { return false }

// CallsExtern is false.
func (*loop) CallsExtern() bool { return false }

// OverwritesInput is -1, for none.
func (*loop) OverwritesInput() int { return -1 }

// WriteHash writes the name; the step around tells equal loops apart.
func (l *loop) WriteHash(h hash.Hash) { fmt.Fprint(h, l.name) }

// Hashcode is the hash of WriteHash.
func (l *loop) Hashcode() uint32 {
	h := fnv.New32a()
	l.WriteHash(h)
	return h.Sum32()
}

// String is the name.
func (l *loop) String() string { return "loop " + l.name }
