package native

import (
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("matmul", kernel{epilogue: true, types: numbers(matmul[float32], matmul[float64], matmul[int32], matmul[int64], matmul[uint8])})
}

func matmul[T kernels.Number](c *call) ([]par.Loop, error) {
	op := c.op.(ops.MatMulOp)
	a, b, y := c.in[0].Shape, c.in[1].Shape, c.out[0].Shape
	s := kernels.MatMulShape{
		M: y.Dim(-2), N: y.Dim(-1), K: a.Dim(-1), TransA: op.TransA, TransB: op.TransB, Batch: y[:len(y)-2],
	}
	if op.TransA {
		s.K = a.Dim(-2)
	}
	s.StrideA, s.StrideB = batchStrides(a, s.Batch), batchStrides(b, s.Batch)
	return kernels.MatMulWith(out[T](c, 0), in[T](c, 0), in[T](c, 1), s, epilogueOf[T](c))
}

// batchStrides is the elements between the matrices of x along the batch axes of the result, 0 where one is repeated.
func batchStrides(x, batch []int) []int {
	lead := x[:len(x)-2]
	steps := broadcastStrides(lead, batch)
	for i := range steps {
		steps[i] *= x[len(x)-2] * x[len(x)-1]
	}
	return steps
}
