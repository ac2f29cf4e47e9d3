package kernels

import (
	"math"
	"unsafe"
)

//go:generate go -C gen/amd64 run ./norm -out ../../norm_avx2_amd64.s -stubs ../../norm_avx2_amd64.go -pkg kernels

func init() {
	if simd != "off" && hasAVX2() {
		attentionRows32 = &attentionRows[float32]{softmax: softmaxRows32, pull: pullRows32, choose: chooseRow32}
		normRows32 = &normRows[float32]{normForward32, normBackward32}
	}
}

// softmaxRows32 fills the rows up with what has the exponential 0, so that all vectors are whole.
func softmaxRows32(x []float32, rows, n, ld int) {
	if rows == 0 || n == 0 {
		return
	}
	fillBehind(x, rows, n, ld, float32(math.Inf(-1)))
	x = x[:rows*ld]
	softmaxRowsAVX2(&x[0], rows, ld/8, 4*ld)
}

func pullRows32(dx, y []float32, rows, n, ld int) {
	if rows == 0 || n == 0 {
		return
	}
	fillBehind(dx, rows, n, ld, 0)
	dx, y = dx[:rows*ld], y[:rows*ld]
	pullRowsAVX2(&dx[0], &y[0], rows, ld/8, 4*ld)
}

// fillBehind sets what is beyond n in each row.
func fillBehind(x []float32, rows, n, ld int, v float32) {
	for i := range rows {
		for j := i*ld + n; j < (i+1)*ld; j++ {
			x[j] = v
		}
	}
}

func chooseRow32(dst []float32, cond []bool, a []float32, b float32) {
	choice32.VS(bitsOfRow(dst), cond, bitsOfRow(a), math.Float32bits(b))
}

// bitsOfRow is x as words.
func bitsOfRow(x []float32) []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

func normForward32(y, x, gamma, beta []float32, s LayerNormShape) {
	if len(x) > 0 {
		_, _, _ = y[len(x)-1], gamma[s.Width-1], beta[s.Width-1]
		normForwardAVX2(&y[0], &x[0], &gamma[0], &beta[0], len(x)/s.Width, s.Width/8, s.numbers())
	}
}

func normBackward32(dx, dy, x, gamma, dgamma, dbeta []float32, s LayerNormShape) {
	if len(x) > 0 {
		_, _, _, _, _ = dx[len(x)-1], dy[len(x)-1], gamma[s.Width-1], dgamma[s.Width-1], dbeta[s.Width-1]
		normBackwardAVX2(&dx[0], &dy[0], &x[0], &gamma[0], &dgamma[0], &dbeta[0], len(x)/s.Width, s.Width/8, s.numbers())
	}
}

// numbers are what the assembly reads beside the operands.
func (s LayerNormShape) numbers() *[3]float32 {
	return &[3]float32{float32(s.meanFactor()), float32(1 / float64(s.Width)), float32(s.Epsilon)}
}
