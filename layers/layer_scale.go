package layers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/initializers"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// applications holds the layer classes that belong to keras.applications.
var applications = config.NewRegistry("layer", "keras.src.applications.convnext")

// LayerScale multiplies each channel by a weight: (batch, ..., channels) to the same shape. ConvNeXt ends its blocks with it
// (Touvron et al., 2021). Weight: variable (channels), as Keras calls it. https://keras.io/api/applications/convnext
type LayerScale struct {
	InitValues    float64 // the first value of the weights; ConvNeXt takes 1e-6
	ProjectionDim int     // number of channels; that of the input by default
	Name          string
	Base
}

// Call: x (batch, ..., channels).
func (l *LayerScale) Call(c *Context, in ...*graph.Node) *graph.Node {
	if !c.want(in, 1) {
		return nil
	}
	n := l.ProjectionDim
	if n == 0 {
		n = in[0].Shape().Dim(-1)
	}
	gamma := c.Param("variable", Weight{Shape: graph.Shape{n}, Initializer: initializers.Constant{Value: l.InitValues}})
	return ops.Mul(in[0], gamma)
}

func init() { applications.Add("LayerScale", &LayerScale{}) }
