package kernels

//go:generate go -C gen/amd64 run ./pool -out ../../pool_avx2_amd64.s -stubs ../../poolstub_amd64.go -pkg kernels

func init() {
	if simd != "off" && hasAVX2() {
		pool32 = &poolRows[float32]{max: poolMax32, maxGrad: poolMaxGrad32, mean: poolMean32, meanGrad: poolMeanGrad32}
		depthRow32 = depthRowFast
	}
}

// vecs returns the registers of channels that assembly does, and the run of the channels behind them.
func (r poolRun[T]) vecs() (vecs int, rest poolRun[T]) {
	rest = r
	rest.channels = r.channels % 8
	return r.channels / 8, rest
}

func poolMax32(y, x []float32, r poolRun[float32]) {
	vecs, rest := r.vecs()
	if vecs > 0 {
		poolMaxAVX2(&y[0], &x[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs)
	}
	if rest.channels > 0 {
		poolMax(y[8*vecs:], x[8*vecs:], rest)
	}
}

func poolMaxGrad32(dy, dx, x []float32, r poolRun[float32], add bool) {
	vecs, rest := r.vecs()
	switch {
	case vecs > 0 && add:
		poolMaxGradAddAVX2(&dy[0], &dx[0], &x[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs)
	case vecs > 0:
		poolMaxGradAVX2(&dy[0], &dx[0], &x[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs)
	}
	if rest.channels > 0 {
		poolMaxGrad(dy[8*vecs:], dx[8*vecs:], x[8*vecs:], rest, add)
	}
}

func poolMean32(y, x []float32, r poolRun[float32], n float32) {
	vecs, rest := r.vecs()
	if vecs > 0 {
		poolMeanAVX2(&y[0], &x[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs, n)
	}
	if rest.channels > 0 {
		poolMean(y[8*vecs:], x[8*vecs:], rest, n)
	}
}

func poolMeanGrad32(dy, dx []float32, r poolRun[float32], n float32, add bool) {
	vecs, rest := r.vecs()
	switch {
	case vecs > 0 && add:
		poolMeanGradAddAVX2(&dy[0], &dx[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs, n)
	case vecs > 0:
		poolMeanGradAVX2(&dy[0], &dx[0], &r.taps[0], len(r.taps), r.pixels, r.step, r.ld, vecs, n)
	}
	if rest.channels > 0 {
		poolMeanGrad(dy[8*vecs:], dx[8*vecs:], rest, n, add)
	}
}

func depthRowSIMD(y, x, w, bias *float32, taps, weights *int, count, pixels, step, channels, vecs int, floor float32) {
	depthRowAVX2(y, x, w, bias, taps, weights, count, pixels, step, channels, vecs, floor)
}
