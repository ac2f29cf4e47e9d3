package kernels

//go:generate go run ./gen/neon

// stepsNEON rows of a panel of 16 columns are 24 KB: half or less of the first-level cache of the processors at hand.
const stepsNEON = 384

func init() { chooseTiles(simd) }

// chooseTiles sets tiles32 and tiles64: NEON is part of arm64, with "off" nothing.
func chooseTiles(simd string) {
	tiles32, tiles64 = nil, nil
	if simd == "off" {
		return
	}
	tiles32, tiles64 = prepareNEON(&tilesF32NEON, stepsNEON), prepareNEON(&tilesF64NEON, stepsNEON/2)
	tiles32.transpose, tiles32.dots = transpose8NEON, dotsNEON
}

func prepareNEON(s *tileSet, steps int) *tileSet {
	s.main, s.steps, s.copyRows, s.copyPanels = 4, steps, copyRowsNEON, copyPanelsNEON
	s.count()
	return s
}
