package train_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/train"
)

func TestConsole(t *testing.T) {
	clock := regexp.MustCompile(`\d+s (- )?\d+(us|ms|s)/step`)
	for _, c := range []struct {
		verbose train.Verbosity
		want    string
	}{
		{train.Silent, ""},
		{train.Line, "Epoch 1/2\n2/2 - TIME - loss: 1.0000 - val_loss: 2.0000\nEpoch 2/2\n2/2 - TIME - loss: 1.0000 - val_loss: 2.0000\n"},
		{train.Auto, "Epoch 1/2\n2/2 - TIME - loss: 1.0000 - val_loss: 2.0000\nEpoch 2/2\n2/2 - TIME - loss: 1.0000 - val_loss: 2.0000\n"},
		{train.Bar, "Epoch 1/2\n2/2 ━━━━━━━━━━━━━━━━━━━━ TIME - loss: 1.0000 - val_loss: 2.0000\nEpoch 2/2\n2/2 ━━━━━━━━━━━━━━━━━━━━ TIME - loss: 1.0000 - val_loss: 2.0000\n"},
	} {
		m := slope(t, train.Config{Loss: "mae"})
		if err := m.SetLearningRate(0); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		set := ones(2)
		_, err := m.Fit(ctx, set, train.FitOptions{Epochs: 2, BatchSize: 1, Verbose: c.verbose, Output: &b, ValidationData: far})
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.ReplaceAllString(b.String(), "TIME"); got != c.want {
			t.Errorf("verbosity %d\n got %q\nwant %q", c.verbose, got, c.want)
		}
	}
}

func TestConsoleOfEvaluate(t *testing.T) {
	m := slope(t, train.Config{Loss: "mae"})
	var b strings.Builder
	if _, err := m.Evaluate(ctx, stream(3), train.EvaluateOptions{Verbose: train.Line, Output: &b}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Predict(ctx, []float32{1, 2}, train.PredictOptions{Verbose: train.Line, Output: &b, BatchSize: 1}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasPrefix(got, "3/3 - ") || !strings.Contains(got, "loss: 2.0000\n2/2 - ") {
		t.Errorf("%q", got)
	}
}
