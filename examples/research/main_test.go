package main

import (
	"bytes"
	"context"
	"math"
	"testing"
)

func TestDerivativesEqualTheirClosedForms(t *testing.T) {
	checks, err := derivatives(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(checks) != 4 {
		t.Errorf("%d checks, want 4", len(checks))
	}
	for _, c := range checks {
		if !(c.off() < 1e-9) {
			t.Errorf("%s %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestNewtonConverges(t *testing.T) {
	var out bytes.Buffer
	f, err := newton(context.Background(), &out)
	if err != nil {
		t.Fatal(err)
	}
	if f.slope >= 1e-12 || f.steps > 8 {
		t.Errorf("|gradient| %g after %d steps, want below 1e-12 within 8\n%s", f.slope, f.steps, out.String())
	}
	// At the minimum the gradient, Σ x (sigmoid(x·w) - y) / n + 0.01 w, is zero.
	x, y := coins(400, 5)
	for k := range f.w {
		slope := 0.01 * f.w[k]
		for i := range x {
			slope += x[i][k] * (1/(1+math.Exp(-dot(x[i], f.w))) - y[i]) / float64(len(x))
		}
		if math.Abs(slope) > 1e-10 {
			t.Errorf("slope %g along weight %d, want 0", slope, k)
		}
	}
}
