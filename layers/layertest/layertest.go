// Package layertest checks what every layer owes, as Keras's run_layer_test does: one call of [Run] for each layer.
package layertest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/autodiff"
	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// Mask says what a layer does with the mask of its first input.
type Mask int

// What a layer does with a mask.
const (
	NotChecked Mask = iota // it takes no mask
	Passes                 // the output carries it
	Drops                  // the output carries none
)

// Case is what a layer is called with and what must come of it.
type Case struct {
	Inputs  []graph.Shape // with the batch axis
	Dtype   graph.Dtype   // of the inputs, float32 by default
	Below   int           // integer inputs are below this, 2 by default
	Output  graph.Shape   // of the first output
	Weights []string      // "kernel (3, 4)" ..., in order
	Mask    Mask          // of shape (batch, steps)
	// KnownBatch leaves out the checks with an unknown batch axis.
	KnownBatch bool
	// NoTraining leaves out the training step, of layers that have no gradient.
	NoTraining bool
}

// Run checks a fresh layer: shapes and weights with the batch axis known and unknown, that both compute the same, that its
// configuration survives JSON and gives a layer that computes the same, what becomes of a mask, that a mode asked for in
// the call holds, freezing, two dtype policies, and a training step.
func Run(t *testing.T, l layers.Layer, c Case) {
	t.Helper()
	known := c.build(t, l, false)
	c.checkShapes(t, l, known)
	feed := c.values()
	want := known.run(t, feed)
	c.checkUnknown(t, l, feed, want)
	c.checkConfig(t, l, feed, want)
	c.checkMask(t, l)
	c.checkModes(t, l, feed, want)
	checkFrozen(t, l)
	c.checkPolicies(t, l, feed, want)
	if !c.NoTraining {
		c.checkTraining(t, l, feed)
	}
}

// Fails checks that calling l on inputs of these shapes is an error whose text contains want.
func Fails(t *testing.T, l layers.Layer, want string, inputs ...graph.Shape) {
	t.Helper()
	c := Case{Inputs: inputs}
	g := graph.New("test")
	layers.Call(l, c.inputs(g, false)...)
	if err := g.Err(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s of %v: got the error %v, want one that says %q", layers.ClassName(l), inputs, err, want)
	}
}

// built is a layer called in a graph of its own.
type built struct {
	in, out graph.Nodes
}

func (c Case) inputs(g *graph.Graph, unknown bool) graph.Nodes {
	in := make(graph.Nodes, len(c.Inputs))
	for i, s := range c.Inputs {
		if unknown {
			s = s.With(0, graph.None)
		}
		in[i] = g.Input(fmt.Sprintf("x%d", i), s, c.dtype())
	}
	return in
}

func (c Case) dtype() graph.Dtype {
	if c.Dtype == "" {
		return graph.Float32
	}
	return c.Dtype
}

func (c Case) build(t *testing.T, l layers.Layer, unknown bool) built {
	t.Helper()
	g := graph.New("test")
	b := built{in: c.inputs(g, unknown)}
	b.out = layers.CallN(l, b.in...)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	return b
}

// run computes the first output in inference.
func (b built) run(t *testing.T, feed []any) []float64 {
	t.Helper()
	f, err := engine.Compile(engine.Config{Inputs: b.in, Outputs: b.out[:1]})
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.Run(context.Background(), feed...)
	if err != nil {
		t.Fatal(err)
	}
	if y := b.out[0].Shape(); y.Known() && !slices.Equal([]int(out[0].Shape()), y) && y.Rank() > 0 {
		t.Fatalf("the output has the shape %v, the graph says %v", out[0].Shape(), y)
	}
	return array.Float64s(array.Cast(array.Elements(out[0]), "float64"))
}

// values are inputs drawn from a fixed seed.
func (c Case) values() []any {
	r := rand.New(rand.NewPCG(1, 2))
	feed := make([]any, len(c.Inputs))
	for i, s := range c.Inputs {
		if d := c.dtype(); d.IsFloat() {
			v := make([]float32, s.Size())
			for k := range v {
				v[k] = float32(r.NormFloat64())
			}
			feed[i] = array.Dense(v, s)
		} else {
			v := make([]int, s.Size())
			for k := range v {
				v[k] = r.IntN(max(c.Below, 2))
			}
			feed[i] = array.Dense(array.Cast(v, string(d)), s)
		}
	}
	return feed
}

func (c Case) checkShapes(t *testing.T, l layers.Layer, b built) {
	t.Helper()
	if got := b.out[0].Shape(); !got.Equal(c.Output) {
		t.Errorf("the output has the shape %v, want %v", got, c.Output)
	}
	var weights []string
	for _, p := range l.Params() {
		weights = append(weights, fmt.Sprintf("%s %v", p.Name(), p.Spec().Shape))
	}
	if !slices.Equal(weights, c.Weights) {
		t.Errorf("the weights are %q, want %q", weights, c.Weights)
	}
}

// checkUnknown calls the same layer with an unknown batch axis.
func (c Case) checkUnknown(t *testing.T, l layers.Layer, feed []any, want []float64) {
	t.Helper()
	if c.KnownBatch {
		return
	}
	b := c.build(t, l, true)
	if got := b.out[0].Shape(); !got.Equal(c.Output.With(0, graph.None)) {
		t.Errorf("with an unknown batch the output has the shape %v, want %v", got, c.Output.With(0, graph.None))
	}
	if got := b.run(t, feed); !same(got, want) {
		t.Errorf("with an unknown batch the output is %v, want %v", head(got), head(want))
	}
}

// checkConfig writes the layer to JSON and reads it back.
func (c Case) checkConfig(t *testing.T, l layers.Layer, feed []any, want []float64) {
	t.Helper()
	tree, text := encode(t, l)
	record(l, weightless(tree))
	again := reread(t, l)
	if _, second := encode(t, again); second != text {
		t.Errorf("the configuration changes from\n%s to\n%s", text, second)
	}
	b := c.build(t, again, false)
	for i, p := range again.Params() {
		if err := p.SetValue(l.Params()[i].Value()); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.run(t, feed); !same(got, want) {
		t.Errorf("the layer read back computes %v, want %v", head(got), head(want))
	}
}

// reread is the layer that the configuration of l gives.
func reread(t *testing.T, l layers.Layer) layers.Layer {
	t.Helper()
	tree, text := encode(t, l)
	o, err := (&config.Decoder{}).Decode(tree, "layer")
	if err != nil {
		t.Fatalf("%v; the configuration is %s", err, text)
	}
	return o.(layers.Layer)
}

func encode(t *testing.T, l layers.Layer) (tree any, text string) {
	t.Helper()
	o, err := config.Encode(l)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	return tree, string(b)
}

func (c Case) checkMask(t *testing.T, l layers.Layer) {
	t.Helper()
	if c.Mask == NotChecked {
		return
	}
	g := graph.New("test")
	in := c.inputs(g, false)
	mask := g.Input("mask", c.Inputs[0][:2].Clone(), graph.Bool)
	in[0] = graph.WithMask(in[0], mask)
	y := layers.Call(l, in...)
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	if has := graph.Mask(y) != nil; has != (c.Mask == Passes) {
		t.Errorf("the output carries a mask: %v, want %v", has, c.Mask == Passes)
	}
}

// checkTraining takes a step against the sum of squares of the output.
func (c Case) checkTraining(t *testing.T, l layers.Layer, feed []any) {
	t.Helper()
	b := c.build(t, l, true)
	loss := ops.Sum(ops.Square(b.out[0]))
	var trainable []*graph.Param
	for _, p := range l.Params() {
		if p.Trainable() {
			trainable = append(trainable, p)
		}
	}
	var updates []graph.Update
	for i, d := range autodiff.ParamGrads(loss, trainable) {
		p := trainable[i]
		updates = append(updates, graph.Update{Param: p, Value: ops.Sub(loss.Graph().Param(p), ops.Mul(d, 1e-3))})
	}
	f, err := engine.Compile(engine.Config{Inputs: b.in, Outputs: graph.Nodes{loss}, Updates: updates, Training: true})
	if err != nil {
		t.Fatal(err)
	}
	before := make([]any, len(trainable))
	for i, p := range trainable {
		before[i] = p.Value().Data()
	}
	out, err := f.Run(context.Background(), feed...)
	if err != nil {
		t.Fatal(err)
	}
	if v := array.Float64s(array.Cast(array.Elements(out[0]), "float64"))[0]; math.IsNaN(v) || math.IsInf(v, 0) {
		t.Errorf("the loss is %v", v)
	}
	for i, p := range trainable {
		if reflect.DeepEqual(before[i], p.Value().Data()) {
			t.Errorf("training leaves %s as it was", p.Path())
		}
	}
}

// same compares results within the rounding of float32.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return math.Abs(x-y) <= 1e-5*max(1, math.Abs(y)) || math.IsNaN(x) && math.IsNaN(y)
	})
}

func head(v []float64) []float64 { return v[:min(8, len(v))] }
