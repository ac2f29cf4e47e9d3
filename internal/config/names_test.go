package config

import (
	"errors"
	"strings"
	"testing"
)

// The pairs are those of Keras's to_snake_case.
func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"Dense": "dense", "Conv2D": "conv2d", "ReLU": "re_lu", "LSTM": "lstm", "GRUCell": "gru_cell", "PReLU": "p_re_lu",
		"Conv2DTranspose": "conv2d_transpose", "SeparableConv1D": "separable_conv1d", "BatchNormalization": "batch_normalization",
		"ELU": "elu", "LeakyReLU": "leaky_re_lu", "TimeDistributed": "time_distributed", "ConvLSTM2D": "conv_lstm2d",
		"GlobalMaxPooling3D": "global_max_pooling3d", "UseBias": "use_bias", "KernelSize": "kernel_size", "already_snake": "already_snake",
	} {
		if got := Snake(name); got != want {
			t.Errorf("Snake(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"relu", "selu", "elu", "Dense", "dense", "mean_squared_error", "Conv2D"}
	for name, want := range map[string]string{
		"rleu":               `unknown thing "rleu": known are relu, selu, elu, dense, mean_squared_error`,
		"rel":                `unknown thing "rel": did you mean "relu"?`,
		"selux":              `did you mean "selu"?`,
		"Conv2d":             `did you mean "Conv2D"?`,
		"DENSE":              `did you mean "Dense" or "dense"?`,
		"mean_squard_eror":   `did you mean "mean_squared_error"?`,
		"completely unknown": `known are relu, selu, elu, dense, mean_squared_error`,
	} {
		if got := Unknown("thing", name, known).Error(); !strings.HasSuffix(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	many := strings.Fields("aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm")
	if got := Unknown("thing", "zzzzzz", many).Error(); got != `unknown thing "zzzzzz"` {
		t.Errorf("13 names are all listed: %s", got)
	}
	if got := Closest("aaab", []string{"aaaa", "aaac", "aaad", "aaab", "aaae"}); len(got) != 3 || got[0] != `"aaab"` {
		t.Errorf("the closest are %v, want three, the best first", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"ab", "ba", 2}, {"flaw", "lawn", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

type named struct{ Name string }

func TestNamesOfObjects(t *testing.T) {
	n := &named{"a"}
	SetName(n, "b")
	SetName(*n, "c")       // no pointer: nothing to set
	SetName(new(int), "c") // no struct
	SetName(&struct{ Name int }{}, "c")
	for want, v := range map[string]any{"b": n, "": struct{ Name int }{3}} {
		if got := NameOf(v); got != want {
			t.Errorf("the name of %+v is %q, want %q", v, got, want)
		}
	}
	if NameOf(*n) != "b" || NameOf(3) != "" || FuncName(TestSnake) != "TestSnake" || !anonymous(func() {}) || anonymous(TestSnake) {
		t.Error("names of values and functions")
	}
	cause := errors.New("cause")
	if err := FieldError(n, "Rate", cause); err.Error() != "named.Rate: cause" || !errors.Is(err, cause) {
		t.Error(err)
	}
}
