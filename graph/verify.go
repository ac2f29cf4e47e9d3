package graph

import "fmt"

// Verify checks what must hold for the nodes that the roots depend on: inputs come before readers, tuples are read by
// projections only, and every op still infers what its node says. It is run between the engine's passes under test.
func Verify(roots ...*Node) error {
	for n := range Walk(roots...) {
		if err := n.verify(); err != nil {
			return fmt.Errorf("node %s of graph %q: %w", n.name, n.g.name, err)
		}
	}
	return nil
}

func (n *Node) verify() error {
	if n.err != nil {
		return n.err
	}
	for i, x := range n.in {
		switch {
		case x.g != n.g:
			return fmt.Errorf("input %d is of another graph", i)
		case x.id >= n.id:
			return fmt.Errorf("input %d is node %d, after node %d", i, x.id, n.id)
		}
	}
	switch op := n.op.(type) {
	case InputOp, CapturedOp, StateOp:
		return nil
	case ParamOp:
		if !Fits(n.spec, op.Param.spec) {
			return fmt.Errorf("it is %v, the parameter is %v", n.spec, op.Param.spec)
		}
		return nil
	}
	spec, specs, err := infer(n.op, n.in)
	if err != nil {
		return err
	}
	if len(specs) != len(n.specs) || n.specs == nil && !Fits(spec, n.spec) {
		return fmt.Errorf("it is %v, its op infers %v", n.spec, spec)
	}
	for i := range specs {
		if !Fits(specs[i], n.specs[i]) {
			return fmt.Errorf("result %d is %v, its op infers %v", i, n.specs[i], specs[i])
		}
	}
	if b, ok := n.op.(BodyOp); ok {
		for _, body := range b.Bodies() {
			if err := Verify(body.nodes...); err != nil {
				return err
			}
		}
	}
	return nil
}
