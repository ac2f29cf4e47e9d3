package kernels

import (
	"fmt"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Epilogue is elementwise work on the rows of a product, done while a block of them is still in the cache: first Bias, then Relu,
// then Block.
type Epilogue[T Number] struct {
	// Bias is added to each row of dst: N elements, or nil.
	Bias []T
	// Relu sets what is below zero to zero; NaN stays.
	Relu bool
	// Block, unless nil, is called once dst[row:row+rows, col:col+cols] is final, where row counts the rows of the whole batch.
	// Calls cover dst once; those with the same worker do not overlap in time.
	Block func(worker, row, col, rows, cols int)
}

// epilogue is an Epilogue with the loops that do it where micro-kernels do not.
type epilogue[T Number] struct {
	Epilogue[T]
	add  func(dst, a, b []T)
	relu func(dst, src []T)
}

// newEpilogue returns nil for nil.
func newEpilogue[T Number](e *Epilogue[T], n int) (*epilogue[T], error) {
	if e == nil {
		return nil, nil
	}
	if e.Bias != nil && len(e.Bias) < n {
		return nil, fmt.Errorf("kernels: matmul: a bias of %d elements for %d columns", len(e.Bias), n)
	}
	t := tableOf[T]()
	return &epilogue[T]{Epilogue: *e, add: t.vv("add"), relu: t.unary["relu"]}, nil
}

// apply does the epilogue on a block of the product, whose rows are ld apart and whose first element is at (row, col).
func (e *epilogue[T]) apply(worker int, c []T, ld, row, col, rows, cols int) {
	if e == nil || rows == 0 || cols == 0 {
		return
	}
	for i := range rows {
		c := c[i*ld:][:cols]
		if e.Bias != nil {
			e.add(c, c, e.Bias[col:][:cols])
		}
		if e.Relu {
			e.relu(c, c)
		}
	}
	e.done(worker, row, col, rows, cols)
}

// done tells the caller that a block is final.
func (e *epilogue[T]) done(worker, row, col, rows, cols int) {
	if e != nil && e.Block != nil {
		e.Block(worker, row, col, rows, cols)
	}
}

// piece is the columns of a row that addProducts does at once.
const piece = 1024

// addProducts is addParts for rows of n elements that an epilogue follows.
func (e *epilogue[T]) addProducts(dst, sums []T, n, parts int, accumulate bool) par.Loop {
	if e == nil || n == 0 {
		return addParts(dst, sums, parts, accumulate)
	}
	pieces := (n + piece - 1) / piece
	return par.Loop{N: len(dst) / n * pieces, Chunk: chunkOf(parts * min(n, piece)), Body: func(worker, lo, hi int) {
		for t := lo; t < hi; t++ {
			row, col := t/pieces, t%pieces*piece
			cols := min(piece, n-col)
			at := row*n + col
			c := dst[at : at+cols]
			if !accumulate {
				clear(c)
			}
			for part := range parts {
				e.add(c, c, sums[part*len(dst)+at:][:cols])
			}
			e.apply(worker, c, cols, row, col, 1, cols)
		}
	}}
}
