package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestQuickstart(t *testing.T) {
	var out bytes.Buffer
	accuracy, err := run(context.Background(), &out, "native", 30)
	if err != nil {
		t.Fatal(err)
	}
	if accuracy < 0.96 {
		t.Errorf("test accuracy %.4f, want at least 0.96", accuracy)
	}
	for _, want := range []string{`Model: "sequential"`, "Total params: 4,810", "Epoch 30/30", "test: accuracy"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
}
