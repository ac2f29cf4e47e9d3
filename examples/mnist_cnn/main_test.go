package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEmbeddedDigits(t *testing.T) {
	digits, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	dir := filepath.Join(t.TempDir(), "new")
	accuracy, err := run(context.Background(), &out, digits, 12, dir)
	if err != nil {
		t.Fatal(err)
	}
	if accuracy < digits.goal {
		t.Errorf("test accuracy %.4f, want at least %.2f", accuracy, digits.goal)
	}
	for _, want := range []string{"conv2d (Conv2D)", "Epoch 12/12", "of 359 digits are misread"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
	svg, err := os.ReadFile(filepath.Join(dir, "history.svg"))
	if err != nil || !bytes.Contains(svg, []byte("<svg")) {
		t.Errorf("the picture of the training: %v, %d bytes", err, len(svg))
	}
}

func TestConfusions(t *testing.T) {
	var out bytes.Buffer
	confusions(&out, []int{4, 4, 1, 7, 7, 2}, []int{9, 9, 1, 1, 7, 2})
	want := "\n3 of 6 digits are misread\n  4 taken for 9: 2 times\n  7 taken for 1: 1 times\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
