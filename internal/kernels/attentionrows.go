package kernels

// attentionRows are the loops over rows of scores, ld elements apart, of which n are in use; ld is a multiple of 8.
type attentionRows[T Float] struct {
	// softmax replaces each row by its softmax.
	softmax func(x []T, rows, n, ld int)
	// pull replaces each row of dx by y (dx - sum y dx), the gradient of y = softmax(x).
	pull func(dx, y []T, rows, n, ld int)
	// choose is dst[i] = cond[i] ? a[i] : b.
	choose func(dst []T, cond []bool, a []T, b T)
}

// attentionRows32 is set where the processor has kernels.
var attentionRows32 *attentionRows[float32]

// attentionRowsOf returns the loops for T.
func attentionRowsOf[T Float]() attentionRows[T] {
	if fast, ok := any(attentionRows32).(*attentionRows[T]); ok && fast != nil && !portable {
		return *fast
	}
	t := tableOf[T]()
	sub, mul, scale := t.vs("sub"), t.vv("mul"), t.vs("mul")
	return attentionRows[T]{
		softmax: func(x []T, rows, n, ld int) {
			for i := range rows {
				row := x[i*ld:][:n]
				scale(row, row, T(1/t.expSum(row, row, t.maxRow(row))))
			}
		},
		pull: func(dx, y []T, rows, n, ld int) {
			for i := range rows {
				d, y := dx[i*ld:][:n], y[i*ld:][:n]
				sub(d, d, T(t.inner(d, y)))
				mul(d, d, y)
			}
		},
		choose: choiceOf[T]().VS,
	}
}
