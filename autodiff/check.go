package autodiff

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/ops"
)

// unknownSize is the size that CheckGrad gives to an unknown axis.
const unknownSize = 2

// maxProbes bounds the single elements of one x that CheckGrad compares one by one; of a larger x it looks at a random
// direction, and at the elements only if that is wrong.
const maxProbes = 64

// CheckGrad compares the gradients of y with respect to each x with central differences, and the gradients of those
// gradients with differences of them. A y that is no scalar is projected on a fixed arbitrary cotangent. at are the values of the xs, in
// order; without it they are random numbers between -1 and 1, and unknown axes have size 2. Other inputs that y depends
// on are fed the same way, integers with 0. In float64 the relative tolerance is 1e-5, in float32 0.02.
//
// The error names y, x, the index of the worst element, the gradient found and the one that differences give.
func CheckGrad(y *graph.Node, xs graph.Nodes, at ...any) error {
	return checkGrad(y, xs, 2, engineRunner, at)
}

// runner compiles a function from inputs to outputs; f takes the inputs' values and returns the outputs'.
type runner func(inputs, outputs graph.Nodes) (f func(values []any) ([][]float64, error), err error)

// gradCheck is one comparison of gradients with differences.
type gradCheck struct {
	name   string
	xs     graph.Nodes
	inputs graph.Nodes // xs, then what else is fed
	shapes []graph.Shape
	values [][]float64
	step   float64
	within float64
	run    runner

	scalars graph.Nodes // y projected, then the gradients of each order but the last projected
	grads   graph.Nodes // of each scalar with respect to each x
	f       func(values []any) ([][]float64, error)
}

func checkGrad(y *graph.Node, xs graph.Nodes, order int, run runner, at []any) error {
	if y == nil || len(xs) == 0 {
		return errors.New("nothing to check: y is nil or there are no xs")
	}
	if err := append(graph.Nodes{y}, xs...).FirstErr(); err != nil {
		return err
	}
	c := &gradCheck{name: y.Name(), xs: xs, run: run, step: 1e-5, within: 1e-5}
	if y.Dtype() != graph.Float64 {
		c.step, c.within = 1e-2, 2e-2
	}
	if err := c.feed(y, at); err != nil {
		return err
	}
	p := project(graph.Nodes{y}, 0)
	for i := 1; i <= order; i++ {
		if bad := checkScalar("grad", p, xs); bad != nil {
			return bad.Err()
		}
		dxs := Grad(p, xs...)
		if err := dxs.FirstErr(); err != nil {
			return err
		}
		c.scalars, c.grads = append(c.scalars, p), append(c.grads, dxs...)
		p = project(dxs, i)
	}
	return c.compare()
}

// project sums the products of all elements of ys with fixed numbers that follow no simple pattern.
func project(ys graph.Nodes, seed int) *graph.Node {
	var total *graph.Node
	for i, y := range ys {
		flat := ops.Reshape(y, -1)
		w := ops.Cos(ops.Add(ops.Mul(ops.IotaLike(flat, 0, y.Dtype()), 1.7), 0.3+float64(seed)+0.9*float64(i)))
		if s := ops.Sum(ops.Mul(flat, w)); total == nil {
			total = s
		} else {
			total = ops.Add(total, s)
		}
	}
	return total
}

// feed chooses the point at which gradients are compared.
func (c *gradCheck) feed(y *graph.Node, at []any) error {
	if len(at) > len(c.xs) {
		return fmt.Errorf("%d values for %d xs", len(at), len(c.xs))
	}
	c.inputs = slices.Clone(c.xs)
	for n := range graph.Walk(y) {
		if _, ok := n.Op().(graph.InputOp); ok && !slices.Contains(c.inputs, n) {
			c.inputs = append(c.inputs, n)
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i, n := range c.inputs {
		if i < len(at) {
			v, shape, err := array.From(at[i])
			if err != nil {
				return fmt.Errorf("the value of x %d (%s): %w", i, n.Name(), err)
			}
			c.shapes = append(c.shapes, shape)
			c.values = append(c.values, slices.Clone(array.Float64s(v)))
			continue
		}
		shape := n.Shape().Clone()
		for k, d := range shape {
			if d == graph.None {
				shape[k] = unknownSize
			}
		}
		v := make([]float64, shape.Size())
		for k := range v {
			if n.Dtype().IsFloat() {
				v[k] = 2*r.Float64() - 1
			}
		}
		c.shapes, c.values = append(c.shapes, shape), append(c.values, v)
	}
	return nil
}

// compare computes the gradients at the point and compares those with respect to each x.
func (c *gradCheck) compare() error {
	f, err := c.run(c.inputs, slices.Concat(c.scalars, c.grads))
	if err != nil {
		return err
	}
	c.f = f
	all, err := f(c.point(-1, nil, 0))
	if err != nil {
		return err
	}
	all = all[len(c.scalars):]
	for i := range c.xs {
		got := make([][]float64, len(c.scalars)) // by order
		for o := range got {
			got[o] = all[o*len(c.xs)+i]
		}
		if err := c.compareX(i, got); err != nil {
			return err
		}
	}
	return nil
}

// compareX checks the gradients with respect to x i, first along a random direction if x is large.
func (c *gradCheck) compareX(i int, got [][]float64) error {
	n := len(got[0])
	v := make([]float64, n)
	if n > maxProbes {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		for k := range v {
			v[k] = 2*r.Float64() - 1
		}
		d, err := c.difference(i, v)
		if err != nil || c.agree(d, got, v) {
			return err
		}
	}
	worst := make([]gap, len(got))
	for k := range n {
		clear(v)
		v[k] = 1
		d, err := c.difference(i, v)
		if err != nil {
			return err
		}
		for o := range got {
			worst[o].update(k, got[o], d[o])
		}
	}
	for o, w := range worst {
		if w.size > c.within {
			return fmt.Errorf("the gradient of order %d of %s with respect to %s is wrong: element %d (index %v) is %g, differences give %g",
				o+1, c.name, c.xs[i].Name(), w.at, indexOf(w.at, c.shapes[i]), got[o][w.at], w.want)
		}
	}
	return nil
}

// agree compares the derivatives d along v with the gradients of all orders.
func (c *gradCheck) agree(d []float64, got [][]float64, v []float64) bool {
	for o, g := range got {
		along := 0.0
		for k := range g {
			along += v[k] * g[k]
		}
		if !(math.Abs(d[o]-along) <= c.within*(1+math.Abs(along))) { // not for NaN either
			return false
		}
	}
	return true
}

// gap is the largest difference seen, relative to the largest element of the gradient.
type gap struct {
	size, want float64
	at         int
}

func (w *gap) update(k int, got []float64, want float64) {
	scale := 1.0
	for _, g := range got {
		scale = max(scale, math.Abs(g))
	}
	size := math.Abs(got[k]-want) / scale
	if math.IsNaN(size) {
		size = math.Inf(1)
	}
	if size > w.size {
		*w = gap{size, want, k}
	}
}

// difference is the derivative of the scalars when x i moves in direction v.
func (c *gradCheck) difference(i int, v []float64) ([]float64, error) {
	up, err := c.f(c.point(i, v, c.step))
	if err != nil {
		return nil, err
	}
	down, err := c.f(c.point(i, v, -c.step))
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(c.scalars))
	for o := range out {
		out[o] = (up[o][0] - down[o][0]) / (2 * c.step)
	}
	return out, nil
}

// point is the values of the inputs with x i moved by h*v.
func (c *gradCheck) point(i int, v []float64, h float64) []any {
	out := make([]any, len(c.inputs))
	for k, n := range c.inputs {
		x := slices.Clone(c.values[k])
		if k == i {
			for j := range x {
				x[j] += h * v[j]
			}
		}
		out[k] = array.Dense(array.Cast(x, string(n.Dtype())), c.shapes[k])
	}
	return out
}

// indexOf is the multi-index of a row-major position.
func indexOf(at int, shape graph.Shape) []int {
	out := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		out[i] = at % shape[i]
		at /= shape[i]
	}
	return out
}
