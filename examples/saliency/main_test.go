package main

import (
	"bytes"
	"context"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/data"
)

func TestSaliency(t *testing.T) {
	var out bytes.Buffer
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "s.png")
	e, err := run(ctx, &out, 8, path)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, label := range e.labels {
		row := e.logits[10*i:][:10]
		if slices.Index(row, slices.Max(row)) == label {
			right++
		}
	}
	if right < 8 {
		t.Errorf("%d of %d digits are read rightly, want at least 8\n%s", right, count, out.String())
	}
	checkSlope(t, e)

	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got.X != 10*102+6 || got.Y != 2*102+6 {
		t.Errorf("the picture is %v, want 1026 by 210", got)
	}
}

// checkSlope compares the slope at the pixel where it is steepest with what moving that pixel does.
func checkSlope(t *testing.T, e *explanation) {
	t.Helper()
	const h = 0.01
	digit := e.slope[:side*side]
	steepest := 0
	for p := range digit {
		if math.Abs(digit[p]) > math.Abs(digit[steepest]) {
			steepest = p
		}
	}
	var best [2]float64
	for i, move := range []float64{-h, h} {
		x := slices.Clone(e.pixels[:side*side])
		x[steepest] += move
		image, err := data.Of(x, 1, side, side, 1)
		if err != nil {
			t.Fatal(err)
		}
		y, err := e.model.PredictNamed(context.Background(), image)
		if err != nil {
			t.Fatal(err)
		}
		best[i] = slices.Max(data.Float64s(y["logits"]))
	}
	if want := (best[1] - best[0]) / (2 * h); math.Abs(digit[steepest]-want) > 0.02*math.Abs(want) {
		t.Errorf("slope %g at pixel %d, but moving it changes the score by %g a unit", digit[steepest], steepest, want)
	}
}
