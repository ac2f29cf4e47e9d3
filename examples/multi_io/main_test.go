package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/train"
)

func TestFlats(t *testing.T) {
	var out bytes.Buffer
	logs, err := run(context.Background(), &out, 25)
	if err != nil {
		t.Fatal(err)
	}
	if got := logs["rent_mae"]; got == 0 || got > 0.12 {
		t.Errorf("the rent is off by %.3f on average, want at most 0.12", got)
	}
	if got := logs["let_accuracy"]; got < 0.93 {
		t.Errorf("accuracy of let %.3f, want at least 0.93", got)
	}
	if got := logs["let_auc"]; got < 0.97 {
		t.Errorf("AUC of let %.3f, want at least 0.97", got)
	}
	if !strings.Contains(out.String(), "district 5: rent") {
		t.Errorf("no offers in the output:\n%s", out.String())
	}
}

func TestMisspeltOutputIsAnError(t *testing.T) {
	model, err := network()
	if err != nil {
		t.Fatal(err)
	}
	err = model.Compile(train.Config{Optimizer: "adam", Loss: train.ByOutput{"rents": "mse"}})
	if err == nil || !strings.Contains(err.Error(), `"rents"`) {
		t.Errorf("a loss for the output rents, which does not exist: %v", err)
	}
}
