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
	"InputLayer",                                                   // stands for a node, computes nothing
	"LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells", // called by RNN
	"Lambda",                                                       // its function cannot be saved
}

// TestMain fails, after a whole run, for every registered class of which layertest.Run has not checked at least two
// configurations.
func TestMain(m *testing.M) {
	code := m.Run()
	if f := flag.Lookup("test.run"); code == 0 && f.Value.String() == "" {
		for _, class := range classes() {
			if n := layertest.Seen(class); n < 2 && !slices.Contains(without, class) {
				fmt.Printf("--- FAIL: layertest.Run checks %d configurations of %s, want at least 2\n", n, class)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// classes are the names of the registered classes, each once.
func classes() []string {
	var out []string
	for _, name := range layers.Names() {
		o, err := layers.New(name)
		if class := config.ClassName(o); err == nil && !slices.Contains(out, class) {
			out = append(out, class)
		}
	}
	return out
}
