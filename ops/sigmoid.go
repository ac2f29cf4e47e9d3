package ops

import "github.com/gorgonin/gorgonin/graph"

// Relu is max(x, 0).
func Relu(x *graph.Node) *graph.Node { return graph.Apply(reluOp{}, counted(x)) }

type reluOp struct{ unary }

func (reluOp) Name() string { return "relu" }

func (reluOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Where(Greater(y, 0), dy, 0)) }

// Sigmoid is 1/(1 + exp(-x)).
func Sigmoid(x *graph.Node) *graph.Node { return graph.Apply(sigmoidOp{}, floated(x)) }

type sigmoidOp struct{ floatUnary }

func (sigmoidOp) Name() string { return "sigmoid" }

func (sigmoidOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Mul(y, Sub(1, y)))) }

// LogSigmoid is log(sigmoid(x)), without underflow: -softplus(-x).
func LogSigmoid(x *graph.Node) *graph.Node { return graph.Apply(logSigmoidOp{}, floated(x)) }

type logSigmoidOp struct{ floatUnary }

func (logSigmoidOp) Name() string { return "log_sigmoid" }

func (logSigmoidOp) VJP(y, dy *graph.Node) []*graph.Node {
	return grads(Mul(dy, Sigmoid(Neg(y.In(0)))))
}

// Softplus is log(exp(x) + 1), without overflow.
func Softplus(x *graph.Node) *graph.Node { return graph.Apply(softplusOp{}, floated(x)) }

type softplusOp struct{ floatUnary }

func (softplusOp) Name() string { return "softplus" }

func (softplusOp) VJP(y, dy *graph.Node) []*graph.Node { return grads(Mul(dy, Sigmoid(y.In(0)))) }
