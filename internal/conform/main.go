// Command conform compares gorgonin with cases recorded from Keras:
//
//	go run ./internal/conform [-category c] [-run regexp] [-json | -markdown] [-v] DIR
//
// It prints how many cases of each category pass and why the others do not.
package main

import (
	"os"

	"github.com/gorgonin/gorgonin/internal/conform/run"
	"github.com/gorgonin/gorgonin/internal/conform/targets"
)

func main() {
	os.Exit(run.Main(targets.Runners, os.Args[1:], os.Stdout, os.Stderr))
}
