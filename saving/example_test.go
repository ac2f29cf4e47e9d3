package saving_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/functional"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/saving"
)

// Scale is a layer of one's own. Its exported fields are saved.
type Scale struct {
	layers.Base
	Factor float64
	Name   string
}

// Call multiplies x by the factor.
func (s *Scale) Call(_ *layers.Context, in ...*graph.Node) *graph.Node {
	return ops.Mul(in[0], s.Factor)
}

// A file names classes; one's own are registered under the name that it shall use.
func ExampleRegister() {
	if err := saving.Register("example>Scale", &Scale{}); err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "scaled.keras")
	if err := save(path); err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := functional.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := loaded.Layer("scale")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.(*Scale).Factor)
	// Output: 2.5
}

func save(path string) error {
	g := graph.New("scaled")
	x := functional.Input(g, "x", []int{1})
	model, err := functional.New(graph.Nodes{x}, graph.Nodes{functional.Call(&Scale{Factor: 2.5}, x)})
	if err != nil {
		return err
	}
	return model.Save(path)
}
