package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
)

func digits(t *testing.T) data.Arrays {
	t.Helper()
	set, _, err := datasets.Digits()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestMoreUnitsAreBetter(t *testing.T) {
	var out bytes.Buffer
	few, err := crossValidate(context.Background(), &out, digits(t), 4, 8)
	if err != nil {
		t.Fatal(err)
	}
	many, err := crossValidate(context.Background(), &out, digits(t), 32, 8)
	if err != nil {
		t.Fatal(err)
	}
	if many.mean < 0.88 || many.mean < few.mean+many.deviation {
		t.Errorf("32 units %+v, 4 units %+v\n%s", many, few, out.String())
	}
	if few.deviation == 0 || many.deviation == 0 {
		t.Errorf("the folds do not differ: %+v, %+v", few, many)
	}
}

func TestSeeds(t *testing.T) {
	same, err := seeds(context.Background(), io.Discard, digits(t))
	if err != nil {
		t.Fatal(err)
	}
	if same != [2]bool{true, false} {
		t.Errorf("equal weights of equal seeds, of other seeds: %v, want true and false", same)
	}
}

func TestResume(t *testing.T) {
	r, err := resume(context.Background(), io.Discard, digits(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 4, 5}; !slices.Equal(r.epochs, want) {
		t.Errorf("the second training ran epochs %v, want %v", r.epochs, want)
	}
	if !r.equal {
		t.Error("the resumed training ended with other weights than the one without interruption")
	}
}
