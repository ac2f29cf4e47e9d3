package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestResidual(t *testing.T) {
	var out bytes.Buffer
	dir := t.TempDir()
	with, _, err := run(context.Background(), &out, 3, dir)
	if err != nil {
		t.Fatal(err)
	}
	if with["accuracy"] < 0.9 {
		t.Errorf("test accuracy %.3f, want at least 0.9\n%s", with["accuracy"], out.String())
	}
	svg, err := os.ReadFile(filepath.Join(dir, "residual.svg"))
	if err != nil || !bytes.Contains(svg, []byte("GlobalAveragePooling2D")) {
		t.Errorf("the picture of the network: %v, %d bytes", err, len(svg))
	}
}

func TestShortcutsAddOnlyWhatChangesShape(t *testing.T) {
	deep, err := network("residual", residual)
	if err != nil {
		t.Fatal(err)
	}
	flat, err := network("plain", plain)
	if err != nil {
		t.Fatal(err)
	}
	// Two convolutions of one pixel with bias: 1 to 8 filters and 8 to 16.
	if got, want := deep.CountParams()-flat.CountParams(), (1*8+8)+(8*16+16); got != want {
		t.Errorf("shortcuts add %d parameters, want %d", got, want)
	}
}
