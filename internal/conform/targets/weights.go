package targets

import (
	"math/rand/v2"
	"slices"

	"github.com/gorgonin/gorgonin/constraints"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/internal/npz"
	"github.com/gorgonin/gorgonin/regularizers"
)

// runRegularizer compares the penalty on a tensor and its gradient.
func runRegularizer(c *cases.Case) error {
	r, err := objectOf[regularizers.Regularizer](c, "regularizer")
	if err != nil {
		return err
	}
	return onTensor(c, r.Call, "x", "inputs")
}

// runConstraint compares the projection of a tensor.
func runConstraint(c *cases.Case) error {
	p, err := objectOf[constraints.Constraint](c, "constraint")
	if err != nil {
		return err
	}
	return onTensor(c, p.Call, "w")
}

// onTensor calls f on the argument that has one of the names.
func onTensor(c *cases.Case, f func(*graph.Node) *graph.Node, names ...string) error {
	args := cases.NewArgs(c.Target.Name, c.Args)
	e := newEval()
	for _, name := range names {
		x, err := e.node(args.Get(name))
		if err != nil {
			return err
		}
		if x == nil {
			continue
		}
		if err := args.Err(); err != nil {
			return err
		}
		return e.check(c, graph.Nodes{f(x)})
	}
	return cases.ErrUnsupported{What: "arguments of " + c.Target.Name}
}

// runInitializer compares the values of a deterministic initializer, and the distribution of samples of a random one.
func runInitializer(c *cases.Case) error {
	args := cases.NewArgs(c.Target.Name, c.Args)
	shape := args.Ints("shape")
	dtype := args.Str("dtype", "float32")
	if err := args.Err(); err != nil {
		return err
	}
	tree := plain(c.Config).(map[string]any)
	settings, _ := tree["config"].(map[string]any)
	delete(settings, "seed") // the recorded samples are of many seeds
	o, err := (&config.Decoder{}).Decode(tree, "initializer")
	if err != nil {
		return err
	}
	init, err := initializers.Get(o)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	w, err := initializers.Draw(init, shape, r)
	if err != nil {
		return err
	}
	if fixed, _ := c.Root.Get("deterministic").Bool(); fixed {
		got := &npz.Array{Dtype: dtype, Shape: slices.Clone(shape), Data: array.Cast(w, dtype)}
		return compare.Outputs([]compare.Result{{Value: got}}, c.Output, c.Tol("forward"))
	}
	want := c.Root.Get("distribution")
	n, err := want.Get("n").Int()
	if err != nil {
		return err
	}
	samples := w
	for len(samples) < n {
		if w, err = initializers.Draw(init, shape, r); err != nil {
			return err
		}
		samples = append(samples, w...)
	}
	return compare.Distribution(samples, want)
}
