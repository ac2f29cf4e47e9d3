package layertest

import (
	"context"
	"encoding/json"
	"math"
	"sync"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/layers"
)

// configurations are the layers that Run has seen: class -> the configurations as text.
var configurations = struct {
	sync.Mutex
	of map[string]map[string]bool
}{of: map[string]map[string]bool{}}

func record(l layers.Layer, config string) {
	configurations.Lock()
	defer configurations.Unlock()
	class := layers.ClassName(l)
	if configurations.of[class] == nil {
		configurations.of[class] = map[string]bool{}
	}
	configurations.of[class][config] = true
}

// Seen is the number of different configurations of a class that Run has checked in this process.
func Seen(class string) int {
	configurations.Lock()
	defer configurations.Unlock()
	return len(configurations.of[class])
}

// weightless is the text of a configuration without the name, which makes no difference.
func weightless(tree any) string {
	if o, ok := tree.(map[string]any); ok {
		if c, ok := o["config"].(map[string]any); ok {
			delete(c, "name")
		}
	}
	b, _ := json.Marshal(tree)
	return string(b)
}

// compute calls l in a graph of its own, with the given mode asked for, in a function compiled for training or not.
// Weights and seeds are as they were afterwards.
func (c Case) compute(t *testing.T, l layers.Layer, feed []any, asked *bool, training bool) []float64 {
	t.Helper()
	state := append(l.Params(), layers.Seeds(l)...)
	before := make([]any, len(state))
	for i, p := range state {
		before[i] = p.Value()
	}
	g := graph.New("test")
	in := c.inputs(g, false)
	out := layers.CallArgs(l, layers.Args{Inputs: in, Training: asked})
	if err := g.Err(); err != nil {
		t.Fatal(err)
	}
	f, err := engine.Compile(engine.Config{Inputs: in, Outputs: out[:1], Training: training})
	if err != nil {
		t.Fatal(err)
	}
	y, err := f.Run(context.Background(), feed...)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range state {
		if err := p.SetValue(before[i]); err != nil {
			t.Fatal(err)
		}
	}
	return array.Float64s(array.Cast(array.Elements(y[0]), "float64"))
}

// checkModes asks for a mode in the call: it must count for more than the one that the function is compiled for.
func (c Case) checkModes(t *testing.T, l layers.Layer, feed []any, want []float64) {
	t.Helper()
	no, yes := false, true
	if got := c.compute(t, l, feed, &no, true); !same(got, want) {
		t.Errorf("called with Training false inside of training it computes %v, in inference %v", head(got), head(want))
	}
	train := c.compute(t, l, feed, nil, true)
	if got := c.compute(t, l, feed, &yes, false); !same(got, train) {
		t.Errorf("called with Training true outside of training it computes %v, in training %v", head(got), head(train))
	}
}

// checkFrozen freezes the layer and lets it go.
func checkFrozen(t *testing.T, l layers.Layer) {
	t.Helper()
	trainable := map[*graph.Param]bool{}
	for _, p := range l.Params() {
		trainable[p] = p.Trainable()
	}
	was := l.Trainable()
	l.SetTrainable(false)
	for p := range trainable {
		if p.Trainable() {
			t.Errorf("%s is trained though the layer is frozen", p.Path())
		}
	}
	if l.Trainable() {
		t.Error("a frozen layer says that it is trained")
	}
	l.SetTrainable(was)
	for p, want := range trainable {
		if p.Trainable() != want {
			t.Errorf("frozen and let go, %s is trained: %v, want %v", p.Path(), p.Trainable(), want)
		}
	}
}

// checkPolicies builds the layer anew under the policies float64 and mixed_bfloat16: the dtypes of weights and output must
// follow, and the results come near those of float32.
func (c Case) checkPolicies(t *testing.T, l layers.Layer, feed []any, want []float64) {
	t.Helper()
	if tree, _ := encode(t, l); hasDtype(tree) {
		return
	}
	for _, p := range []struct {
		policy            string
		variable, compute graph.Dtype
		near              float64
	}{{"float64", graph.Float64, graph.Float64, 1e-4}, {"mixed_bfloat16", graph.Float32, graph.BFloat16, 0.15}} {
		again := reread(t, l)
		g := graph.New("test")
		g.SetDtypePolicy(p.policy)
		b := built{in: c.inputs(g, false)}
		b.out = layers.CallN(again, b.in...)
		if err := g.Err(); err != nil {
			t.Errorf("under the policy %s: %v", p.policy, err)
			continue
		}
		if d := b.out[0].Dtype(); d.IsFloat() && d != p.compute {
			t.Errorf("under the policy %s the output is %s", p.policy, d)
		}
		for i, w := range again.Params() {
			if d := w.Spec().Dtype; d.IsFloat() && d != p.variable {
				t.Errorf("under the policy %s the weight %s is %s", p.policy, w.Path(), d)
			}
			if err := w.SetValue(l.Params()[i].Value()); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.run(t, feed); c.Dtype == "" && !near(got, want, p.near) {
			t.Errorf("under the policy %s it computes %v, under float32 %v", p.policy, head(got), head(want))
		}
	}
}

// hasDtype reports whether a layer's configuration has a policy of its own.
func hasDtype(tree any) bool {
	o, _ := tree.(map[string]any)
	c, _ := o["config"].(map[string]any)
	return c["dtype"] != nil
}

// near compares means of distances, because a few results may lie at a jump.
func near(a, b []float64, tol float64) bool {
	if len(a) != len(b) {
		return false
	}
	var off, size float64
	for i := range a {
		if math.IsNaN(a[i]) != math.IsNaN(b[i]) {
			return false
		}
		if !math.IsNaN(a[i]) {
			off, size = off+math.Abs(a[i]-b[i]), size+math.Abs(b[i])
		}
	}
	return off <= tol*max(size, 1)
}
