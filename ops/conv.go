package ops

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
)

// ConvOp is a convolution (a cross-correlation, as in Keras) y of x: (batch, spatial..., channels) with kernel w: (spatial...,
// channels / Groups, filters), or one of its adjoints. The three are closed under differentiation:
//
//	Role "y":  y  = conv(x, w)
//	Role "dx": dx = conv_dx(dy, w, like x)
//	Role "dw": dw = conv_dw(x, dy, like w)
//
// Of the inputs called like only the shape is read. Without them, as once sizes are known, the padding is explicit and exact.
// A transposed convolution is the role dx.
type ConvOp struct {
	Role   string
	Groups int
	Window
}

// Name is "conv", "conv_dx" or "conv_dw".
func (o ConvOp) Name() string {
	if o.Role == "y" {
		return "conv"
	}
	return "conv_" + o.Role
}

// Infer returns the shape of what the role names.
func (o ConvOp) Infer(in []graph.Spec) (graph.Spec, error) {
	if err := o.check(in); err != nil {
		return graph.Spec{}, err
	}
	var s graph.Shape
	var err error
	switch o.Role {
	case "y":
		s, err = o.inferY(in[0].Shape, in[1].Shape)
	case "dx":
		s, err = o.inferX(in)
	case "dw":
		s, err = o.inferW(in)
	default:
		err = fmt.Errorf("there is no role %q", o.Role)
	}
	return graph.Spec{Dtype: in[0].Dtype, Shape: s}, err
}

func (o ConvOp) check(in []graph.Spec) error {
	if err := o.Window.check(); err != nil {
		return err
	}
	if in[0].Dtype != in[1].Dtype || !in[0].Dtype.IsFloat() {
		return fmt.Errorf("the operands are %s and %s: both must be of one floating point type", in[0].Dtype, in[1].Dtype)
	}
	for _, s := range in {
		if len(s.Shape) != o.axes()+2 {
			return fmt.Errorf("shape %v has %d axes, want %d for %d spatial ones", s.Shape, len(s.Shape), o.axes()+2, o.axes())
		}
	}
	return nil
}

// inferY is the shape of the convolution of x with w.
func (o ConvOp) inferY(x, w graph.Shape) (graph.Shape, error) {
	n := o.axes()
	c, in, filters := x[n+1], w[n], w[n+1]
	if c != graph.None && in != graph.None && c != in*o.Groups {
		return nil, fmt.Errorf("x has %d channels and the kernel reads %d in each of %d groups", c, in, o.Groups)
	}
	if filters != graph.None && filters%o.Groups != 0 {
		return nil, fmt.Errorf("%d filters cannot be shared out to %d groups", filters, o.Groups)
	}
	y := graph.Shape{x[0]}
	for i := range n {
		out, err := o.outSize(i, x[i+1], w[i])
		if err != nil {
			return nil, err
		}
		y = append(y, out)
	}
	return append(y, filters), nil
}

func (o ConvOp) inferX(in []graph.Spec) (graph.Shape, error) {
	n, dy, w := o.axes(), in[0].Shape, in[1].Shape
	channels := graph.Prod(w[n], o.Groups)
	if len(in) == 3 {
		x := in[2].Shape
		want, err := o.inferY(x, w)
		if err == nil {
			_, err = same(dy, want)
		}
		if x[0] == graph.None {
			x[0] = dy[0]
		}
		if x[n+1] == graph.None {
			x[n+1] = channels
		}
		return x, err
	}
	x := graph.Shape{dy[0]}
	for i := range n {
		x = append(x, o.inSize(i, dy[i+1], w[i]))
	}
	if _, ok := graph.Same(graph.Shape{dy[n+1]}, graph.Shape{w[n+1]}); !ok {
		return nil, fmt.Errorf("the input has %d channels and the kernel's last axis %d: both must be equal", dy[n+1], w[n+1])
	}
	return append(x, channels), nil
}

func (o ConvOp) inferW(in []graph.Spec) (graph.Shape, error) {
	n, x, dy := o.axes(), in[0].Shape, in[1].Shape
	if len(in) == 3 {
		w := in[2].Shape
		want, err := o.inferY(x, w)
		if err == nil {
			_, err = same(dy, want)
		}
		if w[n] == graph.None && x[n+1] != graph.None {
			w[n] = x[n+1] / o.Groups
		}
		if w[n+1] == graph.None {
			w[n+1] = dy[n+1]
		}
		return w, err
	}
	w := graph.Shape{}
	for i := range n {
		w = append(w, o.taps(i, x[i+1], dy[i+1]))
	}
	c := x[n+1]
	if c != graph.None {
		c /= o.Groups
	}
	return append(w, c, dy[n+1]), nil
}

// ShapeOnly is true for the third input.
func (ConvOp) ShapeOnly(i int) bool { return i == 2 }

// Bind makes the padding explicit.
func (o ConvOp) Bind(in []graph.Spec) graph.Op {
	if o.Padding == "explicit" && len(in) == 2 && o.Role != "y" {
		return o
	}
	x, w := in[0].Shape, in[1].Shape
	switch o.Role {
	case "dx":
		x = in[2].Shape
	case "dw":
		w = in[2].Shape
	}
	n := o.axes()
	o.Window = o.bind(x[1:n+1], w[:n])
	return o
}

// role is the operation of another role.
func (o ConvOp) role(r string) ConvOp { o.Role = r; return o }

// VJP is the other two roles.
func (o ConvOp) VJP(y, dy *graph.Node) []*graph.Node {
	a, b := y.In(0), y.In(1)
	out := make([]*graph.Node, len(y.Inputs()))
	switch o.Role {
	case "y":
		out[0] = graph.Apply(o.role("dx"), dy, b, a)
		out[1] = graph.Apply(o.role("dw"), a, dy, b)
	case "dx":
		out[0] = graph.Apply(o.role("y"), dy, b)
		out[1] = graph.Apply(o.role("dw"), dy, a, b)
	case "dw":
		out[0] = graph.Apply(o.role("dx"), b, dy, a)
		out[1] = graph.Apply(o.role("y"), a, dy)
	}
	return out
}
