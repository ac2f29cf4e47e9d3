package gorgonia

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func init() {
	registerLoop("argmax", func(n *graph.Node) body {
		return argument(n, func(a, b float64) bool { return a > b })
	})
	registerLoop("argmin", func(n *graph.Node) body {
		return argument(n, func(a, b float64) bool { return a < b })
	})
	registerLoop("one_hot", oneHot)
	registerLoop("take_along_axis", takeAlong)
	registerLoop("put_along_axis", putAlong)
	registerLoop("scatter_add", scatterAdd)
	table["gather"] = lowering{make: gather}
}

// lines splits a shape at an axis: for each outer and inner place, a line of n elements that lie inner apart.
func lines(s graph.Shape, axis int) (outer, n, inner int) {
	return graph.Prod(s[:axis]...), s[axis], graph.Prod(s[axis+1:]...)
}

// argument finds the place of the first element of each line that no other one is better than; NaN is best.
func argument(n *graph.Node, better func(a, b float64) bool) body {
	outer, size, inner := lines(n.In(0).Shape(), n.Op().(ops.ArgOp).Axis)
	return func(in [][]float64, out []float64) error {
		for o := range outer {
			for i := range inner {
				line := in[0][o*size*inner+i:]
				best := 0
				for k := range size {
					v, b := line[k*inner], line[best*inner]
					if b == b && (v != v || better(v, b)) {
						best = k
					}
				}
				out[o*inner+i] = float64(best)
			}
		}
		return nil
	}
}

// oneHot is 1 at the place that a label names.
func oneHot(n *graph.Node) body {
	size := n.Op().(ops.OneHotOp).N
	return func(in [][]float64, out []float64) error {
		for i, label := range in[0] {
			if label >= 0 && label < float64(size) {
				out[i*size+int(label)] = 1
			}
		}
		return nil
	}
}

// indexOf is the place of an index along an axis of n elements, counted from the end when negative.
func indexOf(v float64, n int) (int, error) {
	i := int(v)
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return 0, fmt.Errorf("index %d is out of range for an axis of %d elements", int(v), n)
	}
	return i, nil
}

// takeAlong takes in each line the elements that the indices name.
func takeAlong(n *graph.Node) body {
	axis := n.Op().(ops.TakeAlongOp).Axis
	_, size, inner := lines(n.In(0).Shape(), axis)
	taken := n.Shape()[axis]
	return func(in [][]float64, out []float64) error {
		for i := range out {
			at, err := indexOf(in[1][i], size)
			if err != nil {
				return err
			}
			out[i] = in[0][(i/(taken*inner)*size+at)*inner+i%inner]
		}
		return nil
	}
}

// putAlong adds in each line the updates where the indices say.
func putAlong(n *graph.Node) body {
	axis := n.Op().(ops.PutAlongOp).Axis
	_, size, inner := lines(n.Shape(), axis)
	taken := n.In(0).Shape()[axis]
	return func(in [][]float64, out []float64) error {
		for i, v := range in[0] {
			at, err := indexOf(in[1][i], size)
			if err != nil {
				return err
			}
			out[(i/(taken*inner)*size+at)*inner+i%inner] += v
		}
		return nil
	}
}

// scatterAdd adds the updates up along an axis where the indices say.
func scatterAdd(n *graph.Node) body {
	outer, size, inner := lines(n.Shape(), n.Op().(ops.ScatterAddOp).Axis)
	return func(in [][]float64, out []float64) error {
		for k, v := range in[1] {
			at, err := indexOf(v, size)
			if err != nil {
				return err
			}
			for o := range outer {
				from, to := (o*len(in[1])+k)*inner, (o*size+at)*inner
				for i := range inner {
					out[to+i] += in[0][from+i]
				}
			}
		}
		return nil
	}
}

// gather takes rows with Gorgonia's ByIndices, which is right along the first axis only: the axis is moved there and back.
func gather(b *builder, n *graph.Node, in []*G.Node) (*G.Node, error) {
	axis, s := n.Op().(ops.GatherOp).Axis, n.In(0).Shape()
	outer, size, inner := lines(s, axis)
	count := n.In(1).Shape().Size()
	idx, err := b.loop("index", tensor.Int, tensor.Shape{count}, func(in [][]float64, out []float64) error {
		for i, v := range in[0] {
			at, err := indexOf(v, size)
			if err != nil {
				return err
			}
			out[i] = float64(at)
		}
		return nil
	}, in[1])
	if err != nil {
		return nil, err
	}
	return b.apply([]*G.Node{in[0], idx}, func(in []*G.Node) (*G.Node, error) {
		x, err := reshape(in[0], tensor.Shape{outer, size, inner})
		if err != nil {
			return nil, err
		}
		if x, err = transpose(x, 1, 0, 2); err != nil {
			return nil, err
		}
		if x, err = reshape(x, tensor.Shape{size, outer * inner}); err != nil {
			return nil, err
		}
		if x, err = G.ByIndices(x, in[1], 0); err != nil {
			return nil, err
		}
		if x, err = reshape(x, tensor.Shape{count, outer, inner}); err != nil {
			return nil, err
		}
		return transpose(x, 1, 0, 2)
	})
}
