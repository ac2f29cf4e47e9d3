package train_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/train"
)

func TestLogsString(t *testing.T) {
	l := train.Logs{"val_loss": 0.5, "loss": 0.06134, "accuracy": 0.98214, "zebra": 1e-5, "learning_rate": 0.001, "val_accuracy": 1}
	want := "accuracy: 0.9821 - loss: 0.0613 - zebra: 1.0000e-05 - val_accuracy: 1.0000 - val_loss: 0.5000 - learning_rate: 1.0000e-03"
	if got := l.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := (train.Logs{"loss": math.NaN()}).String(); !strings.EqualFold(got, "loss: nan") {
		t.Error(got)
	}
}

func TestHistoryBest(t *testing.T) {
	h := train.History{Epoch: []int{4, 5, 6, 7}, History: map[string][]float64{
		"loss": {3, 1, 1, 2}, "accuracy": {0.1, 0.3, 0.7, 0.7}, "val_loss": {2, 1},
	}}
	for _, c := range []struct {
		monitor string
		epoch   int
		value   float64
	}{{"loss", 5, 1}, {"accuracy", 6, 0.7}, {"val_loss", 7, 1}} {
		if e, v := h.Best(c.monitor); e != c.epoch || v != c.value {
			t.Errorf("best %s: epoch %d with %v, want %d with %v", c.monitor, e, v, c.epoch, c.value)
		}
	}
	if e, v := h.Best("mae"); e != -1 || !math.IsNaN(v) {
		t.Errorf("best of nothing: %d %v", e, v)
	}
	if got := h.Last(); got["accuracy"] != 0.7 || got["val_loss"] != 1 {
		t.Errorf("last %v", got)
	}
}

func TestDirection(t *testing.T) {
	for name, want := range map[string]bool{"val_accuracy": true, "auc": true, "q_mean_squared_error": false, "loss": false, "precision_loss": false, "cosine_similarity": true} {
		if got, known := train.Direction(name); !known || got != want {
			t.Errorf("%s: maximize %v, known %v", name, got, known)
		}
	}
	if _, known := train.Direction("under"); known {
		t.Error("a direction was made up")
	}
}
