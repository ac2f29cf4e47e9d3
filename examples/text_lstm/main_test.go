package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
)

func TestAgreement(t *testing.T) {
	var out bytes.Buffer
	r, err := run(context.Background(), &out, 12)
	if err != nil {
		t.Fatal(err)
	}
	if r.accuracy < 0.95 {
		t.Errorf("accuracy %.3f, want at least 0.95\n%s", r.accuracy, out.String())
	}
	if r.padding > 1e-6 {
		t.Errorf("padding moved a score by %g: the mask should hide it", r.padding)
	}
	if !strings.Contains(out.String(), "the dogs near the old horse bark") {
		t.Errorf("no sentence in the output:\n%s", out.String())
	}
}

func TestCorpusIsHalfRightAndPadded(t *testing.T) {
	set, err := corpus(400, 1)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, y := range set.Y.([]float32) {
		right += int(y)
	}
	if right < 150 || right > 250 {
		t.Errorf("%d of 400 sentences agree, want about half", right)
	}
	x, err := data.Tensor(set.X)
	if err != nil {
		t.Fatal(err)
	}
	padding := 0
	for _, word := range data.Ints(x) {
		if word < 0 || word > len(vocabulary) {
			t.Fatalf("word %d is not in the vocabulary of %d", word, len(vocabulary))
		}
		if word == 0 {
			padding++
		}
	}
	if padding == 0 {
		t.Error("no sentence is shorter than the longest")
	}
}
