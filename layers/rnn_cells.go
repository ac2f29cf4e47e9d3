package layers

import (
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// callCell calls a cell as a layer of its own: in is one step's input and the states, which may also be
// Args.InitialState, zeros by default. The outputs are the output and the states after the step.
func callCell(c *Context, cell planner, in []*graph.Node) graph.Nodes {
	x := in[0]
	shapes := cell.StateShapes(x.Shape())
	states := append(append(graph.Nodes{}, c.args.InitialState...), in[1:]...)
	if len(states) == 0 {
		for _, s := range shapes {
			states = append(states, ops.ZerosFrom(x, c.compute, append([]int{graph.None}, s...), nil))
		}
	}
	if len(states) != len(shapes) {
		return poisoned(1+len(shapes), c.Errorf("got %d states, want %d", len(states), len(shapes)))
	}
	y, next := cell.plan(c, x.Shape(), x).one(x, states)
	return append(graph.Nodes{y}, next...)
}

// registerCells adds cell classes under their Go names.
func registerCells(prototypes ...Cell) {
	for _, p := range prototypes {
		registry.Add(config.ClassName(p), p)
	}
}

// settingsOf copies the settings that a recurrent layer has in common with its cell to the cell, but for the name.
func settingsOf[C Cell](cell C, layer Layer, name string) C {
	src, dst := reflect.ValueOf(layer).Elem(), reflect.ValueOf(cell).Elem()
	for i := range dst.NumField() {
		f := dst.Type().Field(i)
		if v := src.FieldByName(f.Name); !f.Anonymous && v.IsValid() && v.Type() == f.Type {
			dst.Field(i).Set(v)
		}
	}
	config.SetName(cell, name)
	return cell
}

// cellWeights makes the kernel, the recurrent kernel and, unless noBias, the bias of a cell whose gates lie side by side.
type cellWeights struct{ kernel, recurrent, bias *graph.Node }

func (w cellWeights) bad() *graph.Node {
	for _, n := range []*graph.Node{w.kernel, w.recurrent, w.bias} {
		if n != nil && n.Poisoned() {
			return n
		}
	}
	return nil
}

// cellInput checks the size of the cell and the shape of one step's input.
func (c *Context) cellInput(units int, in graph.Shape, rank int) *graph.Node {
	if units < 1 {
		return c.Errorf("the cell has %d units, want at least 1", units)
	}
	if in.Rank() != rank {
		return c.Errorf("one step of the input has the shape %v, want %d axes", in, rank)
	}
	return nil
}

// forgetBias starts the biases of the second of four gates with ones, those of the others as like says (Jozefowicz et al.,
// 2015).
func forgetBias(like initializers.Like, units int) (initializers.Like, error) {
	base, err := initializers.Get(like)
	if err != nil {
		return nil, err
	}
	return initializers.Func(func(w []float64, _ graph.Shape, r *rand.Rand) {
		rest, err := initializers.Draw(base, graph.Shape{units}, r)
		if err != nil {
			return
		}
		copy(w, rest)
		for i := units; i < 2*units; i++ {
			w[i] = 1
		}
		if rest, err = initializers.Draw(base, graph.Shape{2 * units}, r); err == nil {
			copy(w[2*units:], rest)
		}
	}), nil
}

// rowMask is the factor of dropout for rows (batch, dims...) of all steps: 0 for what is dropped. nil without dropout.
func (c *Context) rowMask(rate float64, like *graph.Node, dims ...int) *graph.Node {
	if rate == 0 {
		return nil
	}
	rows := ops.ZerosFrom(like, c.compute, append([]int{graph.None}, dims...), nil)
	return ops.Dropout(ops.OnesLike(rows), rate)
}

// dropRows multiplies by a mask of rowMask in training.
func dropRows(x, mask *graph.Node) *graph.Node {
	if mask == nil {
		return x
	}
	return ops.InTraining(ops.Mul(x, mask), x)
}

// dropSteps is dropRows of all steps of x: (batch, steps, ...).
func dropSteps(x, mask *graph.Node) *graph.Node {
	if mask == nil {
		return x
	}
	return dropRows(x, ops.ExpandDims(mask, 1))
}

// rates checks the rates of dropout of a cell.
func (c *Context) rates(dropout, recurrent float64) *graph.Node {
	for _, r := range []float64{dropout, recurrent} {
		if !(r >= 0 && r < 1) {
			return c.Fail(fmt.Errorf("the rate of dropout is %g, want at least 0 and less than 1", r))
		}
	}
	return nil
}

// gateActivations resolves the activations of the state and of the gates.
func (c *Context) gateActivations(activation, recurrent activations.Like) (act, gate activations.Func, bad *graph.Node) {
	if act, bad = c.activation("Activation", activation); bad != nil {
		return nil, nil, bad
	}
	gate, bad = c.activation("RecurrentActivation", recurrent)
	return act, gate, bad
}
