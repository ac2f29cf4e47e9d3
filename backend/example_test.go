package backend_test

import (
	"fmt"

	"github.com/gorgonin/gorgonin/backend"
)

// A backend is named by a string wherever something is compiled.
func ExampleGet() {
	b, err := backend.Get("native")
	fmt.Println(b.Name(), err)
	_, err = backend.Get("nativ")
	fmt.Println(err)
	// Output:
	// native <nil>
	// there is no backend "nativ": did you mean "native"?
}
