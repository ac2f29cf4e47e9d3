package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	var out bytes.Buffer
	dir := filepath.Join(t.TempDir(), "pictures")
	if err := run(context.Background(), &out, dir); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Model: "two_paths"`, "Total params: 401", // 3·3·3·4 + 4, 27·8 + 8, 12·5 + 5
		"coarse/matmul", "main.go:", "== Cost of 16 images", "bytes at the peak", "== Program", "== Profile", "conv",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
	for name, want := range map[string]string{"model.svg": "<svg", "gradient.svg": "<svg", "gradient.dot": "digraph"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(b, []byte(want)) {
			t.Errorf("%s: %v, %d bytes, want %q in it", name, err, len(b), want)
		}
	}
}

func TestCostCountsTheProducts(t *testing.T) {
	model, err := network()
	if err != nil {
		t.Fatal(err)
	}
	cost, err := model.Cost(batch)
	if err != nil {
		t.Fatal(err)
	}
	least := int64(2 * batch * (12*12*9*3*4 + 27*8 + 12*5)) // a multiply-add is two operations
	if cost.FLOPs < least || cost.FLOPs > 2*least {
		t.Errorf("%d operations, want %d and a little more", cost.FLOPs, least)
	}
	if cost.ParamBytes != 4*401 {
		t.Errorf("%d bytes of parameters, want %d", cost.ParamBytes, 4*401)
	}
}
