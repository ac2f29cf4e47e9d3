package native

import (
	"github.com/gorgonin/gorgonin/internal/kernels"
	"github.com/gorgonin/gorgonin/internal/par"
	"github.com/gorgonin/gorgonin/ops"
)

func init() {
	register("sort", kernel{exact: true, types: numbers(sortRows[float32], sortRows[float64], sortRows[int32], sortRows[int64], sortRows[uint8])})
	register("argsort", kernel{types: numbers(argsort[float32], argsort[float64], argsort[int32], argsort[int64], argsort[uint8])})
	register("top_k", kernel{exact: true, types: numbers(topK[float32], topK[float64], topK[int32], topK[int64], topK[uint8])})
	register("searchsorted", kernel{types: numbers(searchSorted[float32], searchSorted[float64], searchSorted[int32], searchSorted[int64], searchSorted[uint8])})
}

func sortRows[T kernels.Number](c *call) ([]par.Loop, error) {
	rows, n := splitRows(c.in[0].Shape)
	return kernels.SortRows(out[T](c, 0), in[T](c, 0), rows, n)
}

func argsort[T kernels.Number](c *call) ([]par.Loop, error) {
	rows, n := splitRows(c.in[0].Shape)
	return kernels.ArgSort(out[int32](c, 0), in[T](c, 0), rows, n, false)
}

func topK[T kernels.Number](c *call) ([]par.Loop, error) {
	rows, n := splitRows(c.in[0].Shape)
	return kernels.TopK(out[T](c, 0), out[int32](c, 1), in[T](c, 0), rows, n, c.op.(ops.TopKOp).K)
}

func searchSorted[T kernels.Number](c *call) ([]par.Loop, error) {
	return kernels.SearchSorted(out[int32](c, 0), in[T](c, 0), in[T](c, 1), c.op.(ops.SearchSortedOp).Right)
}
