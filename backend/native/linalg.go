package native

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("cholesky", kernel{types: floats(cholesky[float32], cholesky[float64])})
	register("triangular_solve", kernel{types: floats(triangularSolve[float32], triangularSolve[float64])})
	register("solve", kernel{types: floats(solve[float32], solve[float64])})
	register("inv", kernel{types: floats(inverse[float32], inverse[float64])})
	register("slogdet", kernel{types: floats(slogdet[float32], slogdet[float64])})
	register("lu_factor", kernel{types: floats(luFactor[float32], luFactor[float64])})
	register("qr", kernel{types: floats(qr[float32], qr[float64])})
	register("eigh", kernel{types: floats(eigh[float32], eigh[float64])})
	register("svd", kernel{types: floats(svd[float32], svd[float64])})
}

// matrices is the number of matrices of input i, their rows and columns.
func (c *call) matrices(i int) (batch, m, n int) {
	s := c.in[i].Shape
	last := len(s) - 1
	return graph.Prod(s[:last-1]...), s[last-1], s[last]
}

func cholesky[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, _ := c.matrices(0)
	return kernels.Cholesky(out[T](c, 0), in[T](c, 0), batch, n, c.fault)
}

func triangularSolve[T kernels.Float](c *call) ([]par.Loop, error) {
	op := c.op.(ops.TriangularSolveOp)
	batch, n, m := c.matrices(1)
	return kernels.TriangularSolve(out[T](c, 0), in[T](c, 0), in[T](c, 1), batch, n, m, op.Lower, op.Trans)
}

func solve[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, m := c.matrices(1)
	return kernels.Solve(out[T](c, 0), in[T](c, 0), in[T](c, 1), batch, n, m, c.fault)
}

func inverse[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, _ := c.matrices(0)
	return kernels.Inverse(out[T](c, 0), in[T](c, 0), batch, n, c.fault)
}

func slogdet[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, _ := c.matrices(0)
	return kernels.Determinant(out[T](c, 0), out[T](c, 1), in[T](c, 0), batch, n)
}

func luFactor[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, _ := c.matrices(0)
	return kernels.LUFactor(out[T](c, 0), out[int32](c, 1), in[T](c, 0), batch, n)
}

func qr[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, m, n := c.matrices(0)
	return kernels.QR(out[T](c, 0), out[T](c, 1), in[T](c, 0), batch, m, n, c.op.(ops.QROp).Complete)
}

func eigh[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, n, _ := c.matrices(0)
	return kernels.Eigh(out[T](c, 0), out[T](c, 1), in[T](c, 0), batch, n)
}

func svd[T kernels.Float](c *call) ([]par.Loop, error) {
	batch, m, n := c.matrices(0)
	return kernels.SVD(out[T](c, 0), out[T](c, 1), out[T](c, 2), in[T](c, 0), batch, m, n, c.op.(ops.SVDOp).Full)
}
