package optimizers

import (
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
)

// slot describes what an optimizer keeps for a parameter.
type slot struct {
	name   string
	init   float64     // the first value of all elements
	copied bool        // the first value is the parameter's
	shape  graph.Shape // nil: the parameter's
}

// one is a block with a single slot of the parameter's shape, zero at first.
func one(name string) []slot { return []slot{{name: name}} }

// pair is a block of two such slots.
func pair(a, b string) []slot { return []slot{{name: a}, {name: b}} }

// state is what an optimizer remembers from step to step. It outlives compiled functions.
type state struct {
	iterations   *graph.Param
	rate         *graph.Param // nil with a schedule
	params       []*graph.Param
	averages     map[*graph.Param]*graph.Param
	accumulators map[*graph.Param]*graph.Param
	slots        map[slotKey]*graph.Param
	all          []*graph.Param // in Keras's order
}

type slotKey struct {
	of   *graph.Param // nil for what belongs to all
	name string
}

// own returns the state, made at the first use: the step count and the learning rate, which need no parameters.
func (c *Common) own(o rule) *state {
	if c.state != nil {
		return c.state
	}
	s := &state{slots: map[slotKey]*graph.Param{}}
	c.state = s
	name := c.name(o)
	s.iterations = s.make(name, "iteration", graph.Spec{Dtype: graph.Int32}, nil)
	if _, schedule := o.rate(); *schedule == nil {
		rate, _ := config.Resolve(o).rate()
		s.rate = s.make(name, "learning_rate", graph.Spec{Dtype: graph.Float32}, constant(1, *rate))
	}
	return s
}

// constant is an initializer of n elements.
func constant(n int, v float64) func(uint64) (any, error) {
	return func(uint64) (any, error) {
		w := make([]float64, n)
		for i := range w {
			w[i] = v
		}
		return w, nil
	}
}

// make adds a parameter to the state. Its spec is that of a parameter or a scalar, so that it cannot be refused.
func (s *state) make(owner, name string, spec graph.Spec, init func(uint64) (any, error)) *graph.Param {
	p, err := graph.MakeParam(graph.ParamConfig{
		Name: name, Path: owner + "/" + name, Spec: spec, NonTrainable: true, Init: init,
	})
	if err != nil {
		p, _ = graph.MakeParam(graph.ParamConfig{Name: name, Spec: graph.Spec{Dtype: graph.Float32}})
	}
	s.all = append(s.all, p)
	return p
}

// build makes the state of the parameters. The first call decides which parameters the optimizer knows.
func (c *Common) build(o rule, params []*graph.Param) error {
	s := c.own(o)
	for i, p := range params {
		switch {
		case p == nil:
			return fmt.Errorf("parameter %d is nil", i)
		case s.params != nil && !s.knows(p):
			return fmt.Errorf("%s was built for other parameters than %s: make a new optimizer for a new set of parameters", c.name(o), p.Path())
		}
	}
	if s.params != nil || len(params) == 0 {
		return nil
	}
	s.params = append(s.params, params...)
	name := c.name(o)
	zero := func(p *graph.Param, slot string) *graph.Param {
		return s.make(name, slotName(p, slot), p.Spec(), nil)
	}
	if c.UseEMA {
		s.averages = map[*graph.Param]*graph.Param{}
		for _, p := range params {
			s.averages[p] = zero(p, "average")
		}
	}
	if c.GradientAccumulationSteps != 0 {
		s.accumulators = map[*graph.Param]*graph.Param{}
		for _, p := range params {
			s.accumulators[p] = zero(p, "gradient_accumulator")
		}
	}
	r := config.Resolve(o)
	for block := range r.slots(params[0]) {
		for _, p := range params {
			for _, d := range r.slots(p)[block] {
				s.slots[slotKey{p, d.name}] = s.add(name, p, d)
			}
		}
	}
	if e, ok := r.(interface{ extras() []slot }); ok {
		for _, d := range e.extras() {
			s.slots[slotKey{nil, d.name}] = s.make(name, d.name, graph.Spec{Dtype: params[0].Spec().Dtype}, constant(1, d.init))
		}
	}
	return nil
}

func (s *state) knows(p *graph.Param) bool {
	for _, q := range s.params {
		if p == q {
			return true
		}
	}
	return false
}

// add makes one slot of a parameter.
func (s *state) add(owner string, p *graph.Param, d slot) *graph.Param {
	spec := p.Spec()
	if d.shape != nil {
		spec.Shape = d.shape
	}
	var init func(uint64) (any, error)
	switch {
	case d.copied:
		init = func(uint64) (any, error) { return array.Elements(p.Value()), nil }
	case d.init != 0:
		init = constant(spec.Shape.Size(), d.init)
	}
	return s.make(owner, slotName(p, d.name), spec, init)
}

// slotName is Keras's name of the slot of a parameter: "dense_kernel_momentum".
func slotName(p *graph.Param, name string) string {
	return strings.ReplaceAll(p.Path(), "/", "_") + "_" + name
}
