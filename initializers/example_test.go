package initializers_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
)

// Uniform in ±√(6 / (inputs + outputs)), here ±1.
func ExampleGlorotUniform() {
	w, err := initializers.Draw(initializers.GlorotUniform{}, graph.Shape{4, 2}, rand.New(rand.NewPCG(0, 0)))
	if err != nil {
		fmt.Println(err)
		return
	}
	inside := true
	for _, v := range w {
		inside = inside && v >= -1 && v < 1
	}
	fmt.Println(len(w), inside)
	// Output: 8 true
}

// A function is an initializer: it fills w, row by row.
func ExampleFunc() {
	countdown := initializers.Func(func(w []float64, _ graph.Shape, _ *rand.Rand) {
		for i := range w {
			w[i] = float64(len(w) - i)
		}
	})
	w, err := initializers.Draw(countdown, graph.Shape{2, 2}, rand.New(rand.NewPCG(0, 0)))
	fmt.Println(w, err)
	// Output: [4 3 2 1] <nil>
}

func ExampleIdentity() {
	w, err := initializers.Draw(initializers.Identity{Gain: 2}, graph.Shape{2, 2}, rand.New(rand.NewPCG(0, 0)))
	fmt.Println(w, err)
	// Output: [2 0 0 2] <nil>
}
