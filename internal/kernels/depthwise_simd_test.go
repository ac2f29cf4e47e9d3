//go:build (amd64 || arm64) && unix

package kernels

import "testing"

// TestDepthRowSIMD holds the assembly of a row against the portable loop, without taps too.
func TestDepthRowSIMD(t *testing.T) {
	assembly(t)
	r := newRand()
	for _, c := range []int{3, 8, 16, 24, 35} {
		for _, pixels := range []int{1, 3, 4, 9} {
			x, w, b := values[float32](r, (pixels+8)*c*2), values[float32](r, 4*c), values[float32](r, c)
			got, want := make([]float32, pixels*c), make([]float32, pixels*c)
			for _, n := range []int{0, 4} {
				taps, weights := []int{0, c, 2 * c, 7 * c}[:n], []int{c, 0, 3 * c, 2 * c}[:n]
				row := depthRun[float32]{taps, weights, pixels, 2 * c, c, w, b, -0.5}
				depthRowFast(got, x, row)
				depthRow(want, x, row, 0)
				near(t, "row", got, want, 1e-5)
			}
		}
	}
}
