package kernels

//go:generate go -C gen/amd64 run ./gemm -out ../../tile_amd64.s -stubs ../../tilestub_amd64.go -pkg kernels

// Cache sizes differ little between the processors of an instruction set: a panel of AVX2 is half the first-level cache.
const (
	stepsAVX2   = 384
	stepsAVX512 = 320
)

func init() { chooseTiles(simd) }

// chooseTiles sets tiles32 and tiles64: those of the instruction set of a name, or with "" of the best for the processor; with
// "off", or if the processor has not even AVX2, none.
func chooseTiles(simd string) {
	tiles32, tiles64 = nil, nil
	if simd == "off" || !hasAVX2() {
		return
	}
	if simd == "avx512" && hasAVX512() || simd == "" && prefersAVX512() {
		tiles32, tiles64 = prepare(&tilesF32AVX512, 3, stepsAVX512), prepare(&tilesF64AVX512, 3, stepsAVX512/2)
	} else {
		tiles32, tiles64 = prepare(&tilesF32AVX2, 2, stepsAVX2), prepare(&tilesF64AVX2, 2, stepsAVX2/2)
	}
	tiles32.columns = columns8AVX2
	tiles32.dots, tiles32.axpys = dotsAVX2, axpysAVX2
}

func prepare(s *tileSet, width, steps int) *tileSet {
	s.main, s.steps, s.copyRows, s.copyPanels = width, steps, copyRowsAVX2, copyPanelsAVX2
	s.count()
	return s
}
