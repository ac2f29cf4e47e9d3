package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"gorgonia.org/tensor"
)

func TestDigits(t *testing.T) {
	const want = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
	if sum := sha256.Sum256(digitsFile); hex.EncodeToString(sum[:]) != want {
		t.Errorf("the embedded file is another one: %x", sum)
	}
	train, test, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	checkImages(t, train, tensor.Shape{1438, 8, 8, 1})
	checkImages(t, test, tensor.Shape{359, 8, 8, 1})
	// The first lines of the file are the digits 0 to 9; line 4 is the first of test.
	if got := data.Ints(train.Y.(*tensor.Dense))[:8]; !slices.Equal(got, []int{0, 1, 2, 3, 5, 6, 7, 8}) {
		t.Errorf("train begins with %v", got)
	}
	if got := data.Ints(test.Y.(*tensor.Dense))[:2]; !slices.Equal(got, []int{4, 9}) {
		t.Errorf("test begins with %v", got)
	}
	if got := data.Float32s(train.X.(*tensor.Dense))[:8]; !slices.Equal(got, []float32{0, 0, 5. / 16, 13. / 16, 9. / 16, 1. / 16, 0, 0}) {
		t.Errorf("the first row of pixels is %v", got)
	}
	var counts [10]int
	for _, set := range []data.Arrays{train, test} {
		for _, k := range data.Ints(set.Y.(*tensor.Dense)) {
			counts[k]++
		}
	}
	if counts != [10]int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180} {
		t.Errorf("images per digit: %v", counts)
	}
}

// checkImages checks shapes, types and ranges.
func checkImages(t *testing.T, a data.Arrays, shape tensor.Shape) {
	t.Helper()
	x, y := a.X.(*tensor.Dense), a.Y.(*tensor.Dense)
	if !x.Shape().Eq(shape) || x.Dtype() != tensor.Float32 || !y.Shape().Eq(shape[:1]) || y.Dtype() != tensor.Int {
		t.Fatalf("x %v %v, y %v %v; want %v", x.Shape(), x.Dtype(), y.Shape(), y.Dtype(), shape)
	}
	pixels := x.Data().([]float32)
	if slices.Min(pixels) != 0 || slices.Max(pixels) != 1 {
		t.Errorf("pixels from %v to %v", slices.Min(pixels), slices.Max(pixels))
	}
}

func TestAddDigitErrors(t *testing.T) {
	for want, line := range map[string]string{
		"3 numbers, want 65": "1,2,3",
		`parsing "x"`:        strings.Repeat("1,", 64) + "x",
	} {
		if err := new(images).addDigit(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestMNISTFiles reads the real test images where a checkout has them beside it.
func TestMNISTFiles(t *testing.T) {
	root, err := filepath.Abs("../../shared/data")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "mnist", "t10k-images-idx3-ubyte.gz")); err != nil {
		t.Skip("the MNIST test images are not in ", root)
	}
	t.Setenv("GORGONIN_DATA", root)
	a, err := MNISTTest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	checkImages(t, a, tensor.Shape{10000, 28, 28, 1})
	if got := data.Ints(a.Y.(*tensor.Dense))[:10]; !slices.Equal(got, []int{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}) {
		t.Errorf("the first labels are %v", got)
	}
}
