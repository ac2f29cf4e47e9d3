package xla_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/backend/xla"
)

func TestUnavailable(t *testing.T) {
	if !slices.Contains(backend.Names(), "xla") {
		t.Errorf("the backends are %v", backend.Names())
	}
	for _, like := range []backend.Like{"xla", xla.Backend{Device: "gpu"}, &xla.Backend{}} {
		if _, err := backend.Get(like); !errors.Is(err, backend.ErrUnavailable) {
			t.Errorf("%v: got %v, want ErrUnavailable", like, err)
		}
	}
}

func Example() {
	_, err := backend.Get("xla")
	fmt.Println(errors.Is(err, backend.ErrUnavailable))
	// Output: true
}
