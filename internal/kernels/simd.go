package kernels

import (
	"fmt"
	"io"
	"os"
	"slices"
)

// simd is the instruction set that GORGONIN_SIMD asks for: "off" for portable Go, "avx2", "avx512" or "neon"; "" for what suits the
// processor best.
var simd = simdOf(os.Getenv("GORGONIN_SIMD"), instructionSets(), os.Stderr)

// simdOf returns an instruction set that a user asks for, or "" with a warning if the processor or this package has none of that name.
func simdOf(name string, available []string, warnings io.Writer) string {
	switch {
	case name == "" || name == "off" || slices.Contains(available, name):
		return name
	case name == "avx2" || name == "avx512" || name == "neon":
		fmt.Fprintf(warnings, "gorgonin: GORGONIN_SIMD=%s is ignored: this processor has no such instructions\n", name)
	default:
		fmt.Fprintf(warnings, "gorgonin: GORGONIN_SIMD=%s is ignored: want off, avx2, avx512 or neon\n", name)
	}
	return ""
}
