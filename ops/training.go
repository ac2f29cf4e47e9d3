package ops

import (
	"fmt"
	"sync/atomic"

	"github.com/gorgonin/gorgonin/graph"
)

// InTrainingOp is its first input in functions that train, or Always, and its second in all others. While Frozen is set it is
// the second in all of them; it is read when a function is compiled.
type InTrainingOp struct {
	Frozen *atomic.Bool
	Always bool
}

// Name is "in_training".
func (InTrainingOp) Name() string { return "in_training" }

// Infer returns what both inputs agree on.
func (InTrainingOp) Infer(in []graph.Spec) (graph.Spec, error) {
	s, ok := graph.Same(in[0].Shape, in[1].Shape)
	if !ok || in[0].Dtype != in[1].Dtype {
		return graph.Spec{}, fmt.Errorf("in training it is %v, else %v: both must be alike", in[0], in[1])
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: s}, nil
}

// BindMode returns the input that the node stands for.
func (o InTrainingOp) BindMode(training bool, in graph.Nodes) *graph.Node {
	if (training || o.Always) && (o.Frozen == nil || !o.Frozen.Load()) {
		return in[0]
	}
	return in[1]
}

// VJP gives the cotangent to the input that the node stands for, and zeros to the other.
func (o InTrainingOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(graph.Apply(o, dy, ZerosLike(dy)), graph.Apply(o, ZerosLike(dy), dy))
}

// InTraining is train in functions compiled for training and infer in all others: one graph holds both. Inside a layer
// call that was given its mode, it is that mode's node.
func InTraining(train, infer *graph.Node) *graph.Node { return InTrainingUnless(train, infer, nil) }

// InTrainingUnless is InTraining that is infer while frozen is set: how a frozen BatchNormalization infers.
func InTrainingUnless(train, infer *graph.Node, frozen *atomic.Bool) *graph.Node {
	if train == infer {
		return train
	}
	if train != nil && infer != nil && train.Graph() != nil {
		if c := train.Graph().CurrentCall(); c != nil && c.Training != nil {
			switch {
			case !*c.Training:
				return infer
			case frozen == nil:
				return train
			}
			return graph.Apply(InTrainingOp{frozen, true}, train, infer)
		}
	}
	return graph.Apply(InTrainingOp{Frozen: frozen}, train, infer)
}

// StopGradientOp is an identity through which no gradient flows.
type StopGradientOp struct{ flat }

// Name is "stop_gradient".
func (StopGradientOp) Name() string { return "stop_gradient" }

// Infer returns the spec of the input.
func (StopGradientOp) Infer(in []graph.Spec) (graph.Spec, error) { return in[0], nil }

// IsTransparent marks the op as an identity.
func (StopGradientOp) IsTransparent() {}

// StopGradient is x, taken as constant by gradients.
func StopGradient(x *graph.Node) *graph.Node { return graph.Apply(StopGradientOp{}, x) }
