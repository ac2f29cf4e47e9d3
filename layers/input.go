package layers

import "github.com/gorgonin/gorgonin/graph"

// Input says what a Sequential model takes: Keras's InputLayer. It stands first in the list of layers. In a functional model
// it is how an input appears among the layers.
// https://keras.io/api/layers/core_layers/input
type Input struct {
	Shape     []int // without the batch axis; graph.None for an axis that is known only at run time
	BatchSize int   // 0: any
	Dtype     graph.Dtype
	Name      string
	Base      `keras:"-"`
}

// BatchShape is the whole shape, batch axis first.
func (l *Input) BatchShape() graph.Shape {
	batch := l.BatchSize
	if batch == 0 {
		batch = graph.None
	}
	return append(graph.Shape{batch}, l.Shape...)
}

// Call returns its input: the layer only says what is fed.
func (l *Input) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	if _, ok := graph.Same(in[0].Shape(), l.BatchShape()); !ok {
		return c.Errorf("the input has the shape %v, the layer was declared with %v", in[0].Shape(), l.BatchShape())
	}
	c.PassMask()
	return in[0]
}

// KeepInputDtype marks the layer as one that takes its inputs as they come.
func (l *Input) KeepInputDtype() {}

func init() { registry.Add("InputLayer", &Input{}) }
