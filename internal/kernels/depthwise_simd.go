//go:build amd64 || arm64

package kernels

// depthRowFast leaves the last channels to portable Go.
func depthRowFast(y, x []float32, r depthRun[float32]) {
	c := r.channels &^ 7
	if c > 0 {
		var taps, weights *int
		if len(r.taps) > 0 {
			taps, weights = &r.taps[0], &r.weights[0]
		}
		depthRowSIMD(&y[0], &x[0], &r.w[0], &r.bias[0], taps, weights, len(r.taps), r.pixels, r.step, r.channels, c/8, r.floor)
	}
	if c < r.channels {
		depthRow(y, x, r, c)
	}
}
