package callbacks

import (
	"math"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	values := map[string]any{"epoch": 3, "val_loss": 0.12345, "big": 2.0}
	for text, want := range map[string]string{
		"w.{epoch:02d}-{val_loss:.2f}.keras": "w.03-0.12.keras",
		"{epoch}":                            "3",
		"{epoch:4d}":                         "   3",
		"{epoch:.1f}":                        "3.0",
		"{val_loss}-{big}":                   "0.12345-2.0",
		"{val_loss:.3e}":                     "1.235e-01",
		"{val_loss:.2}":                      "0.12",
		"{{epoch}}":                          "{epoch}",
		"plain":                              "plain",
	} {
		if got, err := format(text, values); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", text, got, want, err)
		}
	}
	for text, want := range map[string]string{
		"{loss}":       `no value "loss"`,
		"{epoch":       "single",
		"epoch}":       "single",
		"{epoch:x}":    `the format "x"`,
		"{val_loss:d}": "use f",
	} {
		if _, err := format(text, values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestFloat(t *testing.T) {
	for want, v := range map[string]float64{
		"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1), "0.0": 0, "1.0": 1, "-2.5": -2.5, "1e-05": 1e-5, "0.0001": 1e-4, "1e+16": 1e16,
		"0.3888888955116272": float64(float32(7.0 / 18)),
	} {
		if got := float(v); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
