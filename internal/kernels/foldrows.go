package kernels

// Sums are the loops with which a fused step adds up what is in its tiles.
type Sums[T Float] struct {
	// Row is the sum of x.
	Row func(x []T) float64
	// Cols is acc[i] += x[i], for slices of one length.
	Cols func(acc []float64, x []T)
	// Rows is acc[i] += the sum of x[i+r*step] over rows r.
	Rows func(acc []float64, x []T, rows, step int)
}

// SumsOf returns the loops for an element type.
func SumsOf[T Float]() Sums[T] {
	t := tableOf[T]()
	s := Sums[T]{t.sumRow, t.addCols, t.addRows}
	if s.Rows == nil {
		s.Rows = func(acc []float64, x []T, rows, step int) {
			for r := range rows {
				s.Cols(acc, x[r*step:][:len(acc)])
			}
		}
	}
	return s
}
