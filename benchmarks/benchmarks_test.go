package main

import "testing"

// TestParams holds the models against the parameter counts of the same models in Keras.
func TestParams(t *testing.T) {
	for name, want := range map[string]int{
		"quickstart": 7114, "mlp": 669706, "cnn": 34826, "lstm": 2691713, "resnet20": 274442, "transformer": 657758, "functional": 82370,
	} {
		m, err := workloads[name].model()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.CountParams(); got != want {
			t.Errorf("%s has %d parameters, want %d", name, got, want)
		}
	}
}
