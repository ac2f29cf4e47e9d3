package train

import (
	"github.com/gorgonin/gorgonin/graph"
	"gorgonia.org/tensor"
)

// Model is what callbacks may do with the model that is trained.
type Model interface {
	Name() string
	// Save writes the whole model; the extension of the path chooses the format.
	Save(path string) error
	SaveWeights(path string) error
	LoadWeights(path string) error
	// Weights returns copies in Keras's order.
	Weights() []*tensor.Dense
	SetWeights([]*tensor.Dense) error
	// LearningRate is that of the next step, 0 before Compile.
	LearningRate() float64
	// SetLearningRate is an error before Compile and for an optimizer with a schedule.
	SetLearningRate(float64) error
}

// Network is what the training loop needs to know of a model.
type Network interface {
	Model
	// Prepare builds a model whose input is not declared from the first data it meets; it does nothing to a built one.
	Prepare(x any) error
	Inputs() graph.Nodes
	Outputs() graph.Nodes
	InputNames() []string
	OutputNames() []string
	// Params lists all weights in Keras's order.
	Params() []*graph.Param
	TrainableParams() []*graph.Param
	// Seeds lists the seed states (key, counter) of random layers.
	Seeds() []*graph.Param
	// Replay builds the model on nodes of another graph and returns its outputs there. Masks, updates and losses come
	// along as layer calls; the dtype policy of that graph applies.
	Replay(in graph.Nodes) (graph.Nodes, error)
}
