package kernels

import "testing"

// assembly returns the portable table and one with assembly.
func assembly(*testing.T) (portable, fast *vecTable[float32]) {
	portable, fast = floatTable[float32](), floatTable[float32]()
	useNEON(fast)
	return portable, fast
}

var (
	choiceSIMD  = Choice[uint32]{selectVVNEON, selectVSNEON, selectSVNEON, selectSSNEON}
	uniformSIMD = uniformNEON
)
