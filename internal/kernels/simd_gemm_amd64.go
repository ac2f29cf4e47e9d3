package kernels

import (
	"os"

	"golang.org/x/sys/cpu"
)

//go:generate go -C gen/gemm run . -out ../../tile_amd64.s -stubs ../../tilestub_amd64.go -pkg kernels

// Cache sizes differ little between the processors of an instruction set: a panel of AVX2 is half the first-level cache.
const (
	stepsAVX2   = 384
	stepsAVX512 = 320
)

func init() { chooseTiles(os.Getenv("GORGONIN_SIMD")) }

// chooseTiles sets tiles32 and tiles64 to what the processor has: AVX2, with limit "off" nothing. The AVX-512 tiles are
// checked by interpreting their instructions only, so they are used when asked for by limit "avx512".
func chooseTiles(limit string) {
	tiles32, tiles64 = nil, nil
	x := &cpu.X86
	if limit == "off" || !x.HasAVX2 || !x.HasFMA || !x.HasBMI2 {
		return
	}
	tiles32, tiles64 = prepare(&tilesF32AVX2, 2, stepsAVX2), prepare(&tilesF64AVX2, 2, stepsAVX2/2)
	if limit == "avx512" && x.HasAVX512F {
		tiles32, tiles64 = prepare(&tilesF32AVX512, 3, stepsAVX512), prepare(&tilesF64AVX512, 3, stepsAVX512/2)
	}
	tiles32.transpose, tiles32.dots = transpose8AVX2, dotsAVX2
}

func prepare(s *tileSet, width, steps int) *tileSet {
	s.main, s.steps, s.copyRows, s.copyPanels = width, steps, copyRowsAVX2, copyPanelsAVX2
	s.count()
	return s
}
