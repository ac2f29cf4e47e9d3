package targets

import (
	"math"
	"testing"
)

func TestParseExpression(t *testing.T) {
	names := map[string]float64{"epoch": 3, "lr": 0.1}
	for text, want := range map[string]float64{
		"0.1 if epoch < 2 else 0.1 * 0.5 ** (epoch - 1)": 0.025,
		"lr * math.exp(-0.1)":                            0.1 * math.Exp(-0.1),
		"-2 ** 2":                                        -4,
		"2 ** 3 ** 2":                                    512,
		"-7 // 2 + -7 % 3":                               -2,
		"1 < epoch < 3":                                  0,
		"1 < epoch <= 3 and not epoch == 2":              1,
		"lr if epoch % 2 else lr / 2":                    0.1,
		"max(lr * 0.5, 0.07, 1e-3)":                      0.07,
		"epoch or 7":                                     3,
		"1 if epoch < 1 else 2 if epoch < 2 else 3":      3,
		"0.5 * (1 + math.cos(math.pi * epoch / 6))":      0.5,
	} {
		e, err := parseExpression(text, "epoch", "lr")
		if err != nil {
			t.Error(err)
			continue
		}
		if got := e(names); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"epoch +", "lr if epoch", "(lr", "rate", "import os", "lr lr", ""} {
		if _, err := parseExpression(text, "epoch", "lr"); err == nil {
			t.Errorf("%q: want an error", text)
		}
	}
}
