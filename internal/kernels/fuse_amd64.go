package kernels

//go:generate go -C gen/amd64 run ./fuse -out ../../fuse_avx2_amd64.s -stubs ../../fuse_avx2_amd64.go -pkg kernels

func init() {
	if simd != "off" && hasAVX2() {
		moments32 = momentsSIMD
	}
}

func squareRowsSIMD(sum, squares []float64, x []float32, rows, step int) {
	squareRowsAVX2(sum, squares, x, rows, step)
}
