package main

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
)

func TestCustom(t *testing.T) {
	if err := register(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	o, err := run(context.Background(), &out, 40)
	if err != nil {
		t.Fatal(err)
	}
	if o.below < 0.86 || o.below > 0.94 {
		t.Errorf("%.3f of the points stay below the bound, want about 0.9\n%s", o.below, out.String())
	}
	// The 90 % quantile of a normal distribution is 1.2816 standard deviations above the mean.
	for i, x := range grid()[2:15] {
		at := float64(x[0])
		want := mean(at) + 1.2816*spread(at)
		if got := o.before[i+2]; math.Abs(got-want) > 0.4 {
			t.Errorf("the bound at %.2f is %.2f, want %.2f", at, got, want)
		}
	}
	if !slices.Equal(o.before, o.after) {
		t.Errorf("the loaded model predicts %v, want %v", o.after, o.before)
	}
	for _, name := range []string{"loss", "below"} {
		if o.again[name] != o.logs[name] {
			t.Errorf("%s of the loaded model is %v, want %v", name, o.again[name], o.logs[name])
		}
	}
	if l, ok := o.layer.(*Bumps); !ok || l.Units != 12 {
		t.Errorf("the loaded layer is %#v, want Bumps of 12 units", o.layer)
	}
}

func TestBumpsRefusesTwoInputs(t *testing.T) {
	g := graph.New("wrong")
	x := g.Input("x", graph.Shape{graph.None, 2})
	layers.Call(&Bumps{Units: 3}, x, x)
	if g.Err() == nil {
		t.Error("two inputs were accepted")
	}
}
