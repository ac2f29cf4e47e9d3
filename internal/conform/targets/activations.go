package targets

import (
	"github.com/gorgonin/gorgonin/activations"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// withSettings are the activations that take settings, by name.
var withSettings = map[string]func(x *graph.Node, a *cases.Args) *graph.Node{
	"relu": func(x *graph.Node, a *cases.Args) *graph.Node {
		return activations.Rectifier{
			NegativeSlope: a.Float("negative_slope", 0), MaxValue: a.Float("max_value", 0), Threshold: a.Float("threshold", 0),
		}.Activate(x)
	},
	"leaky_relu": func(x *graph.Node, a *cases.Args) *graph.Node {
		return ops.LeakyRelu(x, a.Float("negative_slope", 0.2))
	},
	"elu":         func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Elu(x, a.Float("alpha", 1)) },
	"celu":        func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Celu(x, a.Float("alpha", 1)) },
	"gelu":        func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Gelu(x, a.Bool("approximate", false)) },
	"glu":         func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Glu(x, a.Int("axis", -1)) },
	"hard_shrink": func(x *graph.Node, a *cases.Args) *graph.Node { return ops.HardShrink(x, a.Float("threshold", 0.5)) },
	"soft_shrink": func(x *graph.Node, a *cases.Args) *graph.Node { return ops.SoftShrink(x, a.Float("threshold", 0.5)) },
	"softmax":     func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Softmax(x, a.Ints("axis", -1)...) },
	"log_softmax": func(x *graph.Node, a *cases.Args) *graph.Node { return ops.LogSoftmax(x, a.Ints("axis", -1)...) },
	"sparsemax":   func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Sparsemax(x, a.Int("axis", -1)) },
	"squareplus":  func(x *graph.Node, a *cases.Args) *graph.Node { return ops.Squareplus(x, a.Float("b", 4)) },
	"threshold": func(x *graph.Node, a *cases.Args) *graph.Node {
		return ops.Threshold(x, a.Float("threshold", 0), a.Float("default_value", 0))
	},
}

// runActivation compares an activation and its gradient: the registered function, or the one with settings where there are.
func runActivation(c *cases.Case) error {
	args := cases.NewArgs(c.Target.Name, c.Args)
	e := newEval()
	x, err := e.node(args.Get("x"))
	if err != nil {
		return err
	}
	f, err := activations.Get(c.Target.Name)
	if err != nil {
		return err
	}
	if set := withSettings[c.Target.Name]; set != nil && len(c.Args.Keys()) > 1 {
		f = func(x *graph.Node) *graph.Node { return set(x, args) }
	}
	y := f(x)
	if err := args.Err(); err != nil {
		return err
	}
	return e.check(c, graph.Nodes{y})
}
