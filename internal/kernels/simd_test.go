package kernels

import (
	"strings"
	"testing"
)

func TestSimdOf(t *testing.T) {
	for _, c := range []struct{ name, want, warning string }{
		{"", "", ""},
		{"off", "off", ""},
		{"avx2", "avx2", ""},
		{"avx512", "", "this processor has no such instructions"},
		{"AVX2", "", "GORGONIN_SIMD=AVX2 is ignored: want off, avx2, avx512 or neon"},
	} {
		var warnings strings.Builder
		got := simdOf(c.name, []string{"avx2"}, &warnings)
		if got != c.want || (c.warning == "") != (warnings.Len() == 0) || !strings.Contains(warnings.String(), c.warning) {
			t.Errorf("GORGONIN_SIMD=%s means %q with warning %q, want %q with %q", c.name, got, warnings.String(), c.want, c.warning)
		}
	}
}
