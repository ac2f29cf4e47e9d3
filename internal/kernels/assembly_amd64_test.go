package kernels

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// assembly returns the portable table and one with assembly.
func assembly(t *testing.T) (portable, fast *vecTable[float32]) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		t.Skip("needs AVX2 and FMA")
	}
	portable, fast = floatTable[float32](), floatTable[float32]()
	useAVX2(fast)
	return portable, fast
}

var (
	choiceSIMD  = Choice[uint32]{selectVVAVX2, selectVSAVX2, selectSVAVX2, selectSSAVX2}
	uniformSIMD = uniformAVX2
)
