package badinput_test

import (
	"context"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

var gradientMistakes = []mistake{
	{"the gradient of a vector", []string{"gradient_test.go:N", "grad", "(2, 3)", "Jacobian"}, op(func(x *graph.Node) *graph.Node { return autodiff.Grad(x, x)[0] })},
	{"the gradient of an integer", []string{"int32"}, op(func(x *graph.Node) *graph.Node { return autodiff.Grad(ops.Sum(ops.Cast(x, graph.Int32)), x)[0] })},
	{"a gradient with respect to integers", []string{"int32"}, op(func(x *graph.Node) *graph.Node {
		i := ops.Cast(x, graph.Int32)
		return autodiff.Grad(ops.Sum(ops.Cast(i, graph.Float32)), i)[0]
	})},
	{"a gradient through a while", []string{"while", "Scan"}, op(func(x *graph.Node) *graph.Node {
		y := ops.While(func(s graph.Nodes) *graph.Node { return ops.Less(ops.Sum(s[0]), 9) }, func(s graph.Nodes) graph.Nodes { return graph.Nodes{ops.Mul(s[0], 2)} }, graph.Nodes{x})[0]
		return autodiff.Grad(ops.Sum(y), x)[0]
	})},
	{"the gradient of nil", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return autodiff.Grad(nil, x)[0] })},
	{"a gradient with respect to nil", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return autodiff.Grad(ops.Sum(x), nil)[0] })},
	{"a gradient with respect to a nil parameter", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return autodiff.ParamGrads(ops.Sum(x), []*graph.Param{nil})[0] })},
	{"a cotangent of another shape", []string{"(2, 3)", "()"}, op(func(x *graph.Node) *graph.Node {
		return autodiff.VJP(graph.Nodes{ops.Exp(x)}, graph.Nodes{x}, graph.Nodes{ops.Sum(x)})[0]
	})},
	{"a cotangent too few", []string{"1", "0"}, op(func(x *graph.Node) *graph.Node { return autodiff.VJP(graph.Nodes{ops.Exp(x)}, graph.Nodes{x}, nil)[0] })},
	{"a custom gradient too few", []string{"custom", "1", "0"}, op(func(x *graph.Node) *graph.Node {
		y := autodiff.Custom(ops.Exp(x), graph.Nodes{x}, func(dy *graph.Node) graph.Nodes { return nil })
		return autodiff.Grad(ops.Sum(y), x)[0]
	})},
	{"a custom gradient of another shape", []string{"custom", "()", "(2, 3)"}, op(func(x *graph.Node) *graph.Node {
		y := autodiff.Custom(ops.Exp(x), graph.Nodes{x}, func(dy *graph.Node) graph.Nodes { return graph.Nodes{ops.Sum(dy)} })
		return autodiff.Grad(ops.Sum(y), x)[0]
	})},
	{"a custom gradient of nothing", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return autodiff.Custom(ops.Exp(x), graph.Nodes{x}, nil) })},
	{"a checkpoint of nothing", []string{"nil"}, op(func(x *graph.Node) *graph.Node { return autodiff.Checkpoint(nil, x) })},
	{"a hessian of a vector", []string{"(2, 3)"}, op(func(x *graph.Node) *graph.Node { return autodiff.Hessian(x, x) })},
	{"a minimized nil", []string{"nil"}, func(t *testing.T) error {
		g := graph.New("g")
		_, err := engine.Compile(engine.Config{Outputs: graph.Nodes{ops.Sum(g.Input("x", graph.Shape{2}))}, Updates: optimizers.Minimize(&optimizers.SGD{}, nil, []*graph.Param{param(t)})})
		return err
	}},
}

func param(t *testing.T) *graph.Param { return must(graph.NewParam("w", []float32{1, 2, 3}))(t) }

// run compiles a function of x (None, 3) and runs it.
func run(c engine.Config, in ...any) func(t *testing.T) error {
	return func(t *testing.T) error {
		x := graph.New("g").Input("x", graph.Shape{graph.None, 3})
		c.Inputs, c.Outputs = graph.Nodes{x}, graph.Nodes{ops.Log(x)}
		f, err := engine.Compile(c)
		if err != nil {
			return err
		}
		_, err = f.Run(ctx, in...)
		return err
	}
}

// updated compiles a function with one update.
func updated(u func(w, x *graph.Node) []graph.Update) func(t *testing.T) error {
	return func(t *testing.T) error {
		g, w := graph.New("g"), param(t)
		x := g.Input("x", graph.Shape{3})
		_, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{x}, Updates: u(g.Param(w), x)})
		return err
	}
}

var engineMistakes = []mistake{
	{"an input too few", []string{"1", "0", "x"}, run(engine.Config{})},
	{"an input too many", []string{"1", "2"}, run(engine.Config{}, []float32{1, 2, 3}, []float32{1})},
	{"a wrong width", []string{"x", "(1, 4)", "(None, 3)"}, run(engine.Config{}, [][]float32{{1, 2, 3, 4}})},
	{"a nil input", []string{"x", "nil"}, run(engine.Config{}, nil)},
	{"a nil tensor", []string{"x", "nil"}, run(engine.Config{}, (*tensor.Dense)(nil))},
	{"an input of words", []string{"x", "string", "float32"}, run(engine.Config{}, [][]string{{"a", "b", "c"}})},
	{"an unknown backend", []string{`"cuda"`, "native"}, run(engine.Config{Backend: "cuda"}, [][]float32{{1, 2, 3}})},
	{"a backend of a wrong type", []string{"int"}, run(engine.Config{Backend: 3}, [][]float32{{1, 2, 3}})},
	{"an unknown policy", []string{`"mixed_float17"`, `"mixed_float16"`}, run(engine.Config{DtypePolicy: "mixed_float17"}, [][]float32{{1, 2, 3}})},
	{"a NaN that is looked for", []string{"log", "gradient_test.go:N", "NaN"}, run(engine.Config{DebugNaN: true}, [][]float32{{1, -1, 3}})},
	{"nothing to compute", []string{"output"}, func(*testing.T) error { _, err := engine.Compile(engine.Config{}); return err }},
	{"an input that is not listed", []string{"y", "add"}, func(*testing.T) error {
		g := graph.New("g")
		x, y := g.Input("x", graph.Shape{2}), g.Input("y", graph.Shape{2})
		_, err := engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Add(x, y)}})
		return err
	}},
	{"a nil output", []string{"nil"}, func(*testing.T) error { _, err := engine.Compile(engine.Config{Outputs: graph.Nodes{nil}}); return err }},
	{"an update of a nil parameter", []string{"without a parameter"}, updated(func(w, x *graph.Node) []graph.Update { return []graph.Update{{Value: x}} })},
	{"an update with a nil value", []string{"w", "nil"}, updated(func(w, x *graph.Node) []graph.Update { return []graph.Update{{Param: w.Param()}} })},
	{"an update of another shape", []string{"w", "(3,)", "()"}, updated(func(w, x *graph.Node) []graph.Update {
		return []graph.Update{{Param: w.Param(), Value: ops.Sum(x)}}
	})},
	{"an update of another dtype", []string{"w", "float32", "int32"}, updated(func(w, x *graph.Node) []graph.Update {
		return []graph.Update{{Param: w.Param(), Value: ops.Cast(x, graph.Int32)}}
	})},
	{"two updates of one parameter", []string{"two updates of w"}, updated(func(w, x *graph.Node) []graph.Update {
		return []graph.Update{{Param: w.Param(), Value: x}, {Param: w.Param(), Value: ops.Neg(x)}}
	})},
	{"an update of another graph", []string{"graph"}, updated(func(w, x *graph.Node) []graph.Update {
		return []graph.Update{{Param: w.Param(), Value: graph.New("other").Input("z", graph.Shape{3})}}
	})},
	{"a value of another shape", []string{"w", "(2,)", "(3,)"}, func(t *testing.T) error { return param(t).SetValue([]float32{1, 2}) }},
	{"a nil value", []string{"w", "nil"}, func(t *testing.T) error { return param(t).SetValue(nil) }},
	{"a parameter of nothing", []string{"nil"}, func(t *testing.T) error { _, err := graph.NewParam("w", nil); return err }},
	{"a cancelled run", []string{"context canceled"}, func(t *testing.T) error {
		x := graph.New("g").Input("x", graph.Shape{3})
		f := must(engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Exp(x)}}))(t)
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		_, err := f.Run(stopped, []float32{1, 2, 3})
		return err
	}},
	{"results of another shape", []string{"(2)", "(3,)"}, func(t *testing.T) error {
		x := graph.New("g").Input("x", graph.Shape{3})
		f := must(engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Exp(x)}}))(t)
		return f.RunInto(ctx, []*tensor.Dense{tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2))}, []float32{1, 2, 3})
	}},
	{"a nil result", []string{"nil"}, func(t *testing.T) error {
		x := graph.New("g").Input("x", graph.Shape{3})
		f := must(engine.Compile(engine.Config{Inputs: graph.Nodes{x}, Outputs: graph.Nodes{ops.Exp(x)}}))(t)
		return f.RunInto(ctx, []*tensor.Dense{nil}, []float32{1, 2, 3})
	}},
}
