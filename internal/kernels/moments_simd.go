//go:build amd64 || arm64

package kernels

// momentsSIMD is momentsRows from the sums of x and x², which are exact enough: the square of a float32 has no rounding in
// float64, and what cancels is far below the precision of x.
func momentsSIMD(mean, square []float64, x []float32, rows, step int) {
	clear(mean)
	clear(square)
	n := len(mean) &^ 7
	switch {
	case len(mean) == 1 && step == 1:
		mean[0], square[0] = sumRow32(x[:rows]), inner32(x[:rows], x[:rows])
	default:
		if n > 0 {
			most := max(1, longest/n)
			for r := 0; r < rows; r += most {
				squareRowsSIMD(mean[:n], square[:n], x[r*step:][:n], min(most, rows-r), step)
			}
		}
		for r := range rows {
			for i := n; i < len(mean); i++ {
				v := float64(x[r*step+i])
				mean[i] += v
				square[i] += v * v
			}
		}
	}
	for i, s := range mean {
		mean[i] = s / float64(rows)
		square[i] = max(0, square[i]-s*mean[i])
	}
}
