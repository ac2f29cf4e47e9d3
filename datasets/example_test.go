package datasets_test

import (
	"context"
	"fmt"
	"log"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/datasets"
)

func ExampleDigits() {
	train, test, err := datasets.Digits()
	if err != nil {
		log.Fatal(err)
	}
	for _, set := range []data.Arrays{train, test} {
		x, err := data.Tensor(set.X)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(x.Shape())
	}
	// Output:
	// (1438, 8, 8, 1)
	// (359, 8, 8, 1)
}

// The example needs a network the first time, so it is only compiled.
func ExampleMNIST() {
	train, test, err := datasets.MNIST(context.Background())
	if err != nil {
		log.Fatal(err) // without a network: which files to put where
	}
	a, _ := train.Len()
	b, _ := test.Len()
	fmt.Println(a, b)
}
