package targets

import (
	"context"
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"gorgonia.org/tensor"
)

// eval is a graph whose inputs are the tensors of a case.
type eval struct {
	g             *graph.Graph
	inputs        graph.Nodes
	values        []any
	named         map[string]*graph.Node       // by name in data.npz
	shapes        map[*cases.Value]graph.Shape // of tensors that are recorded without one
	training      bool
	channelsFirst bool // the default data format
}

func newEval() *eval { return &eval{g: graph.New("case"), named: map[string]*graph.Node{}} }

// node feeds a value as convert_to_tensor would make it, with its mask attached; nil for None. Arrays are fed once.
func (e *eval) node(v *cases.Value) (*graph.Node, error) {
	if v.IsNull() {
		return nil, nil
	}
	if n := e.named[v.Name()]; n != nil {
		return n, nil
	}
	if v.Kind() == cases.Spec {
		return e.symbol(v)
	}
	if v.Kind() == cases.DtypeOf {
		d, err := v.Str()
		return e.g.Input(fmt.Sprintf("s%d", e.g.Len()), e.shapes[v], graph.Dtype(d)), err
	}
	a, err := v.Tensor()
	if err != nil {
		return nil, err
	}
	n := e.feed(a)
	if v.Name() != "" {
		e.named[v.Name()] = n
	}
	mask, err := e.node(v.Mask())
	if err != nil {
		return nil, err
	}
	return graph.WithMask(n, mask), nil
}

// feed makes an input for an array.
func (e *eval) feed(a *npz.Array) *graph.Node {
	n := e.g.Input(fmt.Sprintf("x%d", len(e.inputs)), slices.Clone(graph.Shape(a.Shape)), graph.Dtype(a.Dtype))
	e.inputs = append(e.inputs, n)
	e.values = append(e.values, array.Dense(a.Data, a.Shape))
	return n
}

// run computes nodes and applies updates.
func (e *eval) run(outputs graph.Nodes, updates ...graph.Update) ([]*npz.Array, error) {
	if err := e.g.Err(); err != nil {
		return nil, err
	}
	f, err := engine.Compile(engine.Config{Inputs: e.inputs, Outputs: outputs, Updates: updates, Training: e.training})
	if err != nil {
		return nil, err
	}
	got, err := f.Run(context.Background(), e.values...)
	if err != nil {
		return nil, err
	}
	arrays := make([]*npz.Array, len(got))
	for i, t := range got {
		arrays[i] = arrayOf(t, outputs[i])
	}
	return arrays, nil
}

func arrayOf(t *tensor.Dense, n *graph.Node) *npz.Array {
	return &npz.Array{Dtype: string(n.Dtype()), Shape: slices.Clone([]int(t.Shape())), Data: array.Elements(t)}
}

// check compares outputs, with the masks that travel with them, and the gradients by the names of the inputs they belong to.
func (e *eval) check(c *cases.Case, outputs graph.Nodes) error {
	all := slices.Clone(outputs)
	for _, y := range outputs {
		if mask := graph.Mask(y); mask != nil {
			all = append(all, mask)
		}
	}
	names, grads := e.gradients(c, outputs)
	arrays, err := e.run(append(all, grads...))
	if err != nil {
		return err
	}
	results := make([]compare.Result, len(outputs))
	masks := len(outputs)
	for i, y := range outputs {
		results[i].Value = arrays[i]
		if graph.Mask(y) != nil {
			results[i].Mask = arrays[masks]
			masks++
		}
	}
	if err := compare.Outputs(results, c.Output, c.Tol("forward")); err != nil || len(names) == 0 {
		return err
	}
	got := map[string]*npz.Array{}
	for i, name := range names {
		got[name] = arrays[len(all)+i]
	}
	want, err := c.Gradients()
	if err != nil {
		return err
	}
	return compare.Gradients(got, want, c.Dropped, c.Tol("grad"))
}

// gradients are those of the float32 outputs times their cotangents, for every input whose gradient was recorded.
func (e *eval) gradients(c *cases.Case, outputs graph.Nodes) (names []string, grads graph.Nodes) {
	var xs graph.Nodes
	for name, x := range e.named {
		if _, ok := c.Grads[name]; ok {
			names, xs = append(names, name), append(xs, x)
		}
	}
	if len(xs) == 0 {
		return nil, nil
	}
	var ys, cotangents graph.Nodes
	for _, y := range outputs {
		if y.Poisoned() || y.Dtype() != graph.Float32 {
			continue
		}
		v := cases.Cotangent(len(ys), y.Shape().Size())
		cotangents = append(cotangents, e.g.ConstOf(graph.Float32, y.Shape().Clone(), v))
		ys = append(ys, y)
	}
	return names, autodiff.VJP(ys, xs, cotangents)
}
