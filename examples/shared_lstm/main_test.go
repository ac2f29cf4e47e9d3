package main

import (
	"bytes"
	"context"
	"testing"
)

func TestSameShape(t *testing.T) {
	var out bytes.Buffer
	r, err := run(context.Background(), &out, 6)
	if err != nil {
		t.Fatal(err)
	}
	// The LSTM counts once: 4 gates of (1 + 16) inputs and a bias.
	if want := 4 * ((1+width)*width + width); r.params != want {
		t.Errorf("%d parameters, want %d", r.params, want)
	}
	if r.accuracy < 0.97 {
		t.Errorf("accuracy %.3f, want at least 0.97\n%s", r.accuracy, out.String())
	}
	if r.nearest < 0.95 {
		t.Errorf("%.2f of the curves lie nearest to their own shape, want at least 0.95", r.nearest)
	}
}
