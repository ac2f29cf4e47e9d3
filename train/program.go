package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"gorgonia.org/tensor"
)

// program is the compiled step of training or testing for targets and weights of one structure.
type program struct {
	fn      *engine.Function
	names   []string      // of the results
	results *tensor.Dense // float32 (names), written by each run
	in      []any         // kept from run to run
	shared  *shared       // of replicas, else nil
	out     []*tensor.Dense
}

// builder builds the graph of a program.
type builder struct {
	t       *Trainer
	g       *graph.Graph
	accs    map[string]*metrics.Accumulator // shared by the programs of a stage
	in, out graph.Nodes
	y, w    graph.Nodes // by output, nil where there is none
	total   *graph.Node // what is minimized
	names   []string
	results graph.Nodes
	updates []graph.Update
}

// build compiles the step for a batch like b.
func (t *Trainer) build(b *batch, accs map[string]*metrics.Accumulator, training bool) (*program, error) {
	p := &builder{t: t, g: graph.New(t.net.Name()), accs: accs}
	if err := p.forward(); err != nil {
		return nil, err
	}
	p.targets(b)
	if err := p.losses(); err != nil {
		return nil, err
	}
	if err := p.metrics(); err != nil {
		return nil, err
	}
	if len(p.results) == 0 {
		return nil, errors.New("there is nothing to compute: give Compile a Loss")
	}
	if training {
		return p.training()
	}
	return p.compile(engine.Config{Updates: p.updates})
}

// forward builds the model on inputs of its own.
func (p *builder) forward() error {
	var err error
	p.in, p.out, err = p.t.replay(p.g)
	return err
}

// replay builds the model on fresh inputs in g.
func (t *Trainer) replay(g *graph.Graph) (in, out graph.Nodes, err error) {
	g.SetDtypePolicy(t.config.DtypePolicy)
	names := t.net.InputNames()
	for i, n := range t.net.Inputs() {
		x := g.Input(names[i], n.Shape(), n.Dtype())
		if axes := axisNames(n); axes != nil {
			g.NameAxes(x, axes...)
		}
		in = append(in, x)
	}
	if out, err = t.net.Replay(in); err != nil {
		return nil, nil, err
	}
	return in, out, g.Err()
}

// axisNames are the names that the model's own input gives its axes, nil for a node that is no input.
func axisNames(n *graph.Node) []string {
	if _, ok := n.Op().(graph.InputOp); !ok {
		return nil
	}
	out := make([]string, n.Shape().Rank())
	for i := range out {
		out[i] = n.AxisName(i)
	}
	return out
}

// targets makes the inputs for y and the sample weights.
func (p *builder) targets(b *batch) {
	p.y, p.w = make(graph.Nodes, len(b.y)), make(graph.Nodes, len(b.w))
	several := len(b.y) > 1
	for i, g := range p.t.goals {
		name := func(what string) string {
			if several {
				what += " of " + g.name
			}
			for slices.Contains(p.t.net.InputNames(), what) {
				what += "_"
			}
			return what
		}
		if b.y[i] != nil {
			p.y[i] = p.input(name("y"), targetSpec(b.y[i], p.out[i].Spec()))
		}
		if b.w[i] != nil {
			s := targetSpec(b.w[i], p.out[i].Spec())
			p.w[i] = p.input(name("sample_weight"), graph.Spec{Dtype: graph.Float32, Shape: s.Shape})
		}
	}
}

func (p *builder) input(name string, s graph.Spec) *graph.Node {
	n := p.g.Input(name, s.Shape, s.Dtype)
	p.in = append(p.in, n)
	return n
}

// targetSpec is the spec of the input for targets like d: an axis is unknown where the output's is.
func targetSpec(d *tensor.Dense, out graph.Spec) graph.Spec {
	s := graph.Shape(d.Shape()).Clone()
	for i := range s {
		if i == 0 || i < out.Shape.Rank() && out.Shape[i] == graph.None {
			s[i] = graph.None
		}
	}
	return graph.Spec{Dtype: targetDtype(d, out.Dtype), Shape: s}
}

// targetDtype is the dtype in which targets are fed: Go's int is int64, float64 is float32 unless the output is float64.
func targetDtype(d *tensor.Dense, out graph.Dtype) graph.Dtype {
	switch kind := d.Dtype().Kind().String(); kind {
	case "float32", "float64":
		if out == graph.Float64 {
			return graph.Float64
		}
		return graph.Float32
	case "bool", "string", "uint8", "int32":
		return graph.Dtype(kind)
	}
	return graph.Int64
}

// losses builds what is minimized: the weighted losses of the outputs, what layers add, and the penalties on weights.
func (p *builder) losses() error {
	type part struct {
		name  string
		value *graph.Node
	}
	var parts []part
	var terms graph.Nodes
	for i, g := range p.t.goals {
		if g.loss == nil {
			continue
		}
		value, err := p.loss(i, g)
		if err != nil {
			return err
		}
		parts = append(parts, part{g.name, value})
		if g.weight != 1 {
			value = ops.Mul(value, g.weight)
		}
		terms = append(terms, value)
	}
	terms = append(terms, p.penalties()...)
	if len(terms) == 0 {
		return nil
	}
	for _, n := range terms {
		n = ops.Cast(n, graph.Float32)
		if p.total == nil {
			p.total = n
		} else {
			p.total = ops.Add(p.total, n)
		}
	}
	p.average("loss", p.total)
	if len(parts) > 1 {
		for _, part := range parts {
			p.average(part.name+"_loss", part.value)
		}
	}
	return p.g.Err()
}

// loss builds the loss of output i.
func (p *builder) loss(i int, g goal) (*graph.Node, error) {
	l, err := lossFor(g.loss, p.y[i].Shape(), p.out[i].Shape())
	if err != nil {
		return nil, err
	}
	var w []*graph.Node
	if p.w[i] != nil {
		w = append(w, p.w[i])
	}
	value := losses.Apply(l, p.y[i], p.out[i], w...)
	switch {
	case value.Poisoned():
		return nil, fmt.Errorf("the loss of output %q, targets %v: %w", g.name, p.y[i].Shape(), value.Err())
	case value.Shape().Rank() != 0:
		return nil, fmt.Errorf("the loss of output %q has the shape %v: it must be a scalar, so its reduction cannot be \"none\"", g.name, value.Shape())
	}
	return ops.Cast(value, graph.Float32), nil
}

// penalties are what layers and regularizers add to the loss.
func (p *builder) penalties() graph.Nodes {
	var out graph.Nodes
	for _, c := range p.calls() {
		out = append(out, c.Losses...)
	}
	for _, w := range p.t.trainable {
		if r := w.Regularizer(); r != nil {
			out = append(out, r(p.g.Param(w)))
		}
	}
	return out
}

// calls lists the layer calls that the outputs depend on, in the order they were made.
func (p *builder) calls() []*graph.LayerCall {
	var out []*graph.LayerCall
	seen := map[*graph.LayerCall]bool{}
	for n := range graph.Walk(p.out...) {
		if o, ok := n.Op().(graph.LayerOut); ok {
			for c := o.Call; c != nil && !seen[c]; c = c.Parent {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, func(a, b *graph.LayerCall) int { return a.Index() - b.Index() })
	return out
}

// average adds a result: the mean of a value over the batches, weighted by their rows.
func (p *builder) average(name string, value *graph.Node) {
	rows := ops.SizeOf(p.in[0], graph.Float32, 0)
	acc := p.accumulator(name)
	sum := acc.Sum("total", ops.Mul(value, rows))
	p.result(name, acc, ops.DivideNoNaN(sum, acc.Sum("count", rows)))
}

// accumulator holds the totals of one result, the same in every program of the stage.
func (p *builder) accumulator(name string) *metrics.Accumulator {
	if a := p.accs[name]; a != nil {
		return a.In(p.g)
	}
	return metrics.NewAccumulator(p.g, name)
}

func (p *builder) result(name string, acc *metrics.Accumulator, value *graph.Node) {
	if p.accs[name] == nil {
		p.accs[name] = acc
	}
	p.names = append(p.names, name)
	p.results = append(p.results, ops.Reshape(ops.Cast(value, graph.Float32)))
	p.updates = append(p.updates, acc.Updates()...)
}

// metrics builds the metrics of all outputs.
func (p *builder) metrics() error {
	several := len(p.t.goals) > 1
	for _, weighted := range []bool{false, true} {
		for i, g := range p.t.goals {
			list, w := g.metrics, (*graph.Node)(nil)
			if weighted {
				list, w = g.weighted, p.w[i]
			}
			for _, like := range list {
				prefix := ""
				if several {
					prefix = g.name + "_"
				}
				name := p.unique(prefix, metrics.NameOf(like), weighted)
				if err := p.metric(name, like, i, w); err != nil {
					return fmt.Errorf("metric %s of output %q: %w", metrics.NameOf(like), g.name, err)
				}
			}
		}
	}
	return p.g.Err()
}

// metric adds one metric of output i.
func (p *builder) metric(name string, like metrics.Like, i int, w *graph.Node) error {
	m, err := metrics.Resolve(like, p.y[i].Spec(), p.out[i].Spec())
	if err != nil {
		return err
	}
	acc := p.accumulator(name)
	value := m.Call(acc, p.y[i], p.out[i], w)
	switch {
	case value == nil:
		return errors.New("its Call returned a nil node")
	case value.Poisoned():
		return value.Err()
	case value.Shape().Rank() > 0 && value.Shape().Size() != 1:
		return fmt.Errorf("its result has the shape %v, want a scalar", value.Shape())
	}
	p.result(name, acc, value)
	return nil
}

// unique is the name of a metric in the logs; Keras numbers equal names, and calls a weighted one "weighted_...".
func (p *builder) unique(prefix, name string, weighted bool) string {
	full := prefix + name
	if slices.Contains(p.names, full) && weighted {
		full = prefix + "weighted_" + name
	}
	base := full
	for i := 1; slices.Contains(p.names, full); i++ {
		full = fmt.Sprintf("%s_%d", base, i)
	}
	return full
}

// training adds gradients and the optimizer's updates.
func (p *builder) training() (*program, error) {
	opt, params := p.t.optimizer, p.t.trainable
	switch {
	case opt == nil:
		return nil, errors.New("there is no optimizer: give Compile an Optimizer")
	case p.total == nil:
		return nil, errors.New("there is no loss to train on: give Compile a Loss")
	}
	config := engine.Config{Updates: p.updates, Training: true}
	if len(params) == 0 {
		return p.compile(config)
	}
	grads := autodiff.ParamGrads(optimizers.ScaleLoss(opt, p.total), params)
	if err := grads.FirstErr(); err != nil {
		return nil, fmt.Errorf("the gradient of the loss: %w", err)
	}
	for i, d := range grads {
		if _, zero := d.Op().(ops.ZeroOp); zero { // the loss does not depend on it: Keras leaves it alone
			grads[i] = nil
		}
	}
	if p.t.config.Distribution != nil {
		return p.distributed(config, params, grads)
	}
	config.Updates = append(config.Updates, opt.Updates(params, grads)...)
	return p.compile(config)
}

// compile compiles the graph with the results as first output.
func (p *builder) compile(c engine.Config) (*program, error) {
	if err := p.g.Err(); err != nil {
		return nil, err
	}
	c.Inputs, c.Backend = p.in, p.t.config.Backend
	c.Outputs = append(graph.Nodes{ops.Stack(p.results, 0)}, c.Outputs...)
	fn, err := engine.Compile(c)
	if err != nil {
		return nil, err
	}
	return &program{fn: fn, names: p.names, results: tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(len(p.names)))}, nil
}

// run runs a step.
func (p *program) run(ctx context.Context, b *batch) error {
	p.in = append(p.in[:0], b.x...)
	for i := range b.y {
		if b.y[i] != nil {
			p.in = append(p.in, b.y[i])
		}
		if b.w[i] != nil {
			p.in = append(p.in, b.w[i])
		}
	}
	if p.shared != nil {
		return p.shared.run(ctx, p, b.rows)
	}
	p.out = append(p.out[:0], p.results)
	return p.fn.RunInto(ctx, p.out, p.in...)
}

// logs are the results of the last run.
func (p *program) logs() Logs {
	out := make(Logs, len(p.names))
	for i, v := range p.results.Data().([]float32) {
		out[p.names[i]] = float64(v)
	}
	return out
}

// structure is the key of the program for a batch.
func (t *Trainer) structure(b *batch) string {
	var key strings.Builder
	outputs := t.net.Outputs()
	for i := range b.y {
		for _, d := range []*tensor.Dense{b.y[i], b.w[i]} {
			if d != nil {
				fmt.Fprint(&key, targetSpec(d, outputs[i].Spec()))
			}
			key.WriteByte(';')
		}
	}
	return key.String()
}
