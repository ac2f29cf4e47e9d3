package graph_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/ops"
)

// line is the number of the caller's line, plus off.
func line(off int) int {
	_, _, n, _ := runtime.Caller(1)
	return n + off
}

//go:noinline
func helper(x *graph.Node) *graph.Node { return ops.Exp(x) }

var helperLine = line(-2)

// inlined is small enough to be inlined into its caller.
func inlined(x *graph.Node) *graph.Node { return ops.Cos(x) }

var inlinedLine = line(-2)

// userLayer makes a node and a mistake on lines of its own.
type userLayer struct {
	Wrong bool
	layers.Base
}

func (l *userLayer) Call(c *layers.Context, in ...*graph.Node) *graph.Node {
	if l.Wrong {
		return ops.MatMul(in[0], in[0])
	}
	return ops.Sin(in[0])
}

var userLine = line(-3)

// What a node says of its place is the user's line, not one of this module, through helpers, operators made of others,
// and layers.
func TestPositions(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{2, 3})
	y := ops.Log(x)
	direct := line(-1)
	built := layers.Call(&layers.Dense{Units: 2}, x)
	layerLine := line(-1)
	fused := ops.Softmax(ops.Neg(x))
	composed := line(-1)
	own := layers.Call(&userLayer{}, x)
	for _, c := range []struct {
		n    *graph.Node
		line int
	}{
		{y, direct}, {helper(x), helperLine}, {inlined(x), inlinedLine}, {built, layerLine}, {built.In(0), layerLine},
		{fused, composed}, {fused.In(0), composed}, {own.In(0), userLine},
	} {
		if want := fmt.Sprintf("position_test.go:%d", c.line); c.n.Pos() != want {
			t.Errorf("%v stands at %s, want %s", c.n, c.n.Pos(), want)
		}
	}
}

// A mistake names two lines of the user's: where it was made, and from where that was called.
func TestPositionsOfMistakes(t *testing.T) {
	g := graph.New("g")
	x := g.Input("x", graph.Shape{2, 3})
	bad := func() *graph.Node { return ops.MatMul(x, x) }
	badLine := line(-1)
	one := bad()
	oneLine := line(-1)
	two := layers.Call(&userLayer{Wrong: true}, x)
	twoLine := line(-1)
	three := layers.Call(&layers.Reshape{TargetShape: []int{7}}, x)
	threeLine := line(-1)
	for _, c := range []struct {
		n           *graph.Node
		inner, from int
	}{{one, badLine, oneLine}, {two, userLine - 2, twoLine}, {three, threeLine, 0}} {
		want := fmt.Sprintf("position_test.go:%d", c.inner)
		if c.from > 0 {
			want += fmt.Sprintf(" (called from position_test.go:%d)", c.from)
		}
		if c.n.Err() == nil || !strings.HasPrefix(c.n.Err().Error(), want+": ") {
			t.Errorf("got %v, want it to begin with %s", c.n.Err(), want)
		}
	}
}
