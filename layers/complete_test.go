package layers_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/layers/layertest"
)

// without are classes that layertest.Run cannot call.
var without = []string{
	"InputLayer",                                              // stands for a node, computes nothing
	"LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells", // called by RNN
	"Lambda", // its function cannot be saved
}

// TestMain fails, after a whole run, for every registered class of which layertest.Run has not checked at least two
// configurations; one, if the class has no settings of its own.
func TestMain(m *testing.M) {
	code := m.Run()
	if f := flag.Lookup("test.run"); code == 0 && f.Value.String() == "" {
		for _, class := range classes() {
			if n, want := layertest.Seen(class), wanted(class); n < want {
				fmt.Printf("--- FAIL: layertest.Run checks %d configurations of %s, want at least %d\n", n, class, want)
				code = 1
			}
		}
	}
	os.Exit(code)
}

func wanted(class string) int {
	if slices.Contains(without, class) {
		return 0
	}
	o, err := (&config.Decoder{}).Decode(class, "layer")
	if err != nil {
		panic(err)
	}
	c, err := config.Fields(o)
	if err != nil {
		panic(err)
	}
	for _, shared := range []string{"name", "dtype", "trainable"} {
		delete(c, shared)
	}
	return min(2, 1+len(c))
}

// classes are the names of the registered classes, each once.
func classes() []string {
	var out []string
	for _, name := range layers.Names() {
		o, err := (&config.Decoder{}).Decode(name, "layer")
		if err != nil {
			panic(err)
		}
		if class := config.ClassName(o); !slices.Contains(out, class) {
			out = append(out, class)
		}
	}
	return out
}
