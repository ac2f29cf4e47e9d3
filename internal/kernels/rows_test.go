package kernels

import (
	"slices"
	"testing"
)

func TestRows(t *testing.T) {
	a, b := []float32{1, 4, 9}, []float32{2, 4, 8}
	dst, holds := make([]float32, 3), make([]bool, 3)
	if UnaryRow[float32]("sqrt")(dst, a); !slices.Equal(dst, []float32{1, 2, 3}) {
		t.Error(dst)
	}
	sub, ok := BinaryRows[float32]("sub")
	if sub.VV(dst, a, b); !ok || !slices.Equal(dst, []float32{-1, 0, 1}) {
		t.Error(dst)
	}
	if sub.SV(dst, 10, b); !slices.Equal(dst, []float32{8, 6, 2}) {
		t.Error(dst)
	}
	less, ok := CompareRows[float32]("less")
	if less.VS(holds, a, 4); !ok || !slices.Equal(holds, []bool{true, false, false}) {
		t.Error(holds)
	}
	if _, ok := BinaryRows[float32]("gcd"); ok || UnaryRow[float32]("none") != nil {
		t.Error("operations that do not exist were found")
	}
}
