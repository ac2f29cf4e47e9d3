package gorgonia

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"time"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// step is an operation of the machine's with what a run needs around it. The machine works in a goroutine of its own, where a panic
// would end the process: each step catches its own. It hides that an operation could write over its operands, which Gorgonia decides
// wrongly at times, and its hash makes Gorgonia keep apart what it would merge (softmax and log-softmax of one input, two dropouts).
type step struct {
	G.Op
	x    *executable
	node *graph.Node
	// shape is that of the result, as the scratch graph found it: some of Gorgonia's operations infer theirs from the very operation
	// that an operand is made by, which the step around it hides.
	shape tensor.Shape
	id    int
}

// InferShape returns the shape of the result.
func (s *step) InferShape(...G.DimSizer) (tensor.Shape, error) { return s.shape.Clone(), nil }

// Do computes, unless the run is cancelled.
func (s *step) Do(in ...G.Value) (out G.Value, err error) {
	defer func() {
		if err != nil && s.x.failed == nil {
			s.x.failed = err
			if s.x.ctx.Err() == nil {
				s.x.failed = failure(s.node, err)
			}
		}
	}()
	defer caught(&err, s.Op.String())
	if err := s.x.ctx.Err(); err != nil {
		return nil, err
	}
	start := time.Now()
	if out, err = s.Op.Do(in...); err != nil {
		return nil, errors.Wrap(err, s.Op.String())
	}
	if d, ok := out.(*tensor.Dense); ok && (d.IsView() || d.RequiresIterator()) {
		out = d.Materialize().(*tensor.Dense) // the next operation reads the memory in order
	}
	s.x.took[s.node] += time.Since(start)
	if s.x.f.CheckNaN {
		err = finite(out, s.node)
	}
	return out, err
}

// finite refuses NaN and infinity among floating point results.
func finite(v G.Value, n *graph.Node) error {
	if !n.Dtype().IsFloat() {
		return nil
	}
	for i, x := range floats(v.Data()) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("element %d of the result is %v", i, x)
		}
	}
	return nil
}

// ReturnsPtr is false: the result lies in memory of its own.
func (*step) ReturnsPtr() bool { return false }

// CallsExtern is false.
func (*step) CallsExtern() bool { return false }

// OverwritesInput is -1, for none.
func (*step) OverwritesInput() int { return -1 }

// WriteHash writes what no other step writes.
func (s *step) WriteHash(h hash.Hash) { fmt.Fprintf(h, "step %d", s.id) }

// Hashcode is the hash of WriteHash.
func (s *step) Hashcode() uint32 {
	h := fnv.New32a()
	s.WriteHash(h)
	return h.Sum32()
}
