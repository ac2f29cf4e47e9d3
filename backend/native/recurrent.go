package native

import (
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("lstm", kernel{optional: true, types: floats(lstm[float32], lstm[float64])})
	register("lstm_dx", kernel{optional: true, key: 1, types: floats(lstmInput[float32], lstmInput[float64])})
	register("gru", kernel{optional: true, types: floats(gru[float32], gru[float64])})
	register("gru_dx", kernel{optional: true, key: 1, types: floats(gruInput[float32], gruInput[float64])})
	register("simple_rnn", kernel{optional: true, types: floats(simpleRNN[float32], simpleRNN[float64])})
	register("simple_rnn_dx", kernel{optional: true, key: 1, types: floats(simpleRNNInput[float32], simpleRNNInput[float64])})
}

// recurrence is the sizes of the sequence that input i is.
func (c *call) recurrence(i, units int, reverse bool) kernels.RecurrentShape {
	x := c.in[i].Shape
	return kernels.RecurrentShape{Batch: x[0], Steps: x[1], Units: units, Reverse: reverse}
}

// perhaps is input i, nil if there are fewer.
func perhaps[T any](c *call, i int) []T {
	if i >= len(c.inputs) {
		return nil
	}
	return in[T](c, i)
}

func lstm[T kernels.Float](c *call) ([]par.Loop, error) {
	s := c.recurrence(0, c.in[1].Shape[0], c.op.(ops.LSTMOp).Reverse)
	return kernels.LSTM(&kernels.LSTMForward[T]{
		RecurrentShape: s, Z: in[T](c, 0), Kernel: in[T](c, 1), H0: in[T](c, 2), C0: in[T](c, 3),
		Ys: out[T](c, 0), H: out[T](c, 1), C: out[T](c, 2), Gates: out[T](c, 3), Hs: out[T](c, 4), Cs: out[T](c, 5),
	})
}

func lstmInput[T kernels.Float](c *call) ([]par.Loop, error) {
	s := c.recurrence(1, c.in[0].Shape[0], c.op.(ops.LSTMGradOp).Reverse)
	return kernels.LSTMGrad(&kernels.LSTMBackward[T]{
		RecurrentShape: s, Kernel: in[T](c, 0), Gates: in[T](c, 1), Cs: in[T](c, 2), DH: in[T](c, 3), DC: in[T](c, 4), DYs: perhaps[T](c, 5),
		DZ: out[T](c, 0), DH0: out[T](c, 1), DC0: out[T](c, 2),
	})
}

func gru[T kernels.Float](c *call) ([]par.Loop, error) {
	s := c.recurrence(0, c.in[1].Shape[0], c.op.(ops.GRUOp).Reverse)
	return kernels.GRU(&kernels.GRUForward[T]{
		RecurrentShape: s, X: in[T](c, 0), Kernel: in[T](c, 1), Bias: in[T](c, 2), H0: in[T](c, 3),
		Ys: out[T](c, 0), H: out[T](c, 1), Gates: out[T](c, 2), Hs: out[T](c, 3),
	})
}

func gruInput[T kernels.Float](c *call) ([]par.Loop, error) {
	s := c.recurrence(1, c.in[0].Shape[0], c.op.(ops.GRUGradOp).Reverse)
	return kernels.GRUGrad(&kernels.GRUBackward[T]{
		RecurrentShape: s, Kernel: in[T](c, 0), Gates: in[T](c, 1), Hs: in[T](c, 2), DH: in[T](c, 3), DYs: perhaps[T](c, 4),
		DX: out[T](c, 0), DS: out[T](c, 1), DH0: out[T](c, 2),
	})
}

func simpleRNN[T kernels.Float](c *call) ([]par.Loop, error) {
	op := c.op.(ops.SimpleRNNOp)
	return kernels.SimpleRNN(&kernels.SimpleRNNForward[T]{
		RecurrentShape: c.recurrence(0, c.in[1].Shape[0], op.Reverse), Activation: op.Activation,
		X: in[T](c, 0), Kernel: in[T](c, 1), H0: in[T](c, 2), Ys: out[T](c, 0), H: out[T](c, 1), Hs: out[T](c, 2),
	})
}

func simpleRNNInput[T kernels.Float](c *call) ([]par.Loop, error) {
	op := c.op.(ops.SimpleRNNGradOp)
	return kernels.SimpleRNNGrad(&kernels.SimpleRNNBackward[T]{
		RecurrentShape: c.recurrence(1, c.in[0].Shape[0], op.Reverse), Activation: op.Activation,
		Kernel: in[T](c, 0), Ys: in[T](c, 1), DH: in[T](c, 2), DYs: perhaps[T](c, 3), DX: out[T](c, 0), DH0: out[T](c, 1),
	})
}
