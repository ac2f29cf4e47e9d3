package kernels

import "golang.org/x/sys/cpu"

// instructionSets returns what this processor can be asked to use.
func instructionSets() []string {
	var sets []string
	if hasAVX2() {
		sets = append(sets, "avx2")
		if hasAVX512() {
			sets = append(sets, "avx512")
		}
	}
	return sets
}

func hasAVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2 }

func hasAVX512() bool {
	x := &cpu.X86
	return x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL
}

// prefersAVX512 reports whether AVX-512 multiplies faster than AVX2: on Intel's processors, and on AMD's from family 1Ah (Zen 5)
// on. Zen 4 splits its instructions in two, so that the peak is the same.
func prefersAVX512() bool {
	if !hasAVX512() {
		return false
	}
	_, ebx, ecx, edx := cpuid(0)
	switch vendor := [3]uint32{ebx, edx, ecx}; vendor {
	case [3]uint32{0x756e6547, 0x49656e69, 0x6c65746e}: // GenuineIntel
		return true
	case [3]uint32{0x68747541, 0x69746e65, 0x444d4163}: // AuthenticAMD
		eax, _, _, _ := cpuid(1)
		return familyOf(eax) >= 0x1a
	}
	return false
}

// familyOf returns the family in the signature of a processor.
func familyOf(signature uint32) uint32 {
	family := signature >> 8 & 0xf
	if family == 0xf {
		family += signature >> 20 & 0xff
	}
	return family
}

// cpuid executes the instruction for a leaf without subleaves.
func cpuid(leaf uint32) (eax, ebx, ecx, edx uint32)
