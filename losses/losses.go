// Package losses holds those of keras.losses: how far predictions are from targets, one value per sample. A model takes a
// loss by name ("mse"), as a value of this package with its settings, or as any func(yTrue, yPred *graph.Node) *graph.Node.
// [Apply] makes the scalar that is trained on.
//
// Start reading at regression.go; reduce.go turns the values of a batch into one.
package losses

import (
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// Loss measures predictions against targets. Call maps yTrue and yPred (batch, ..., last) to (batch, ...): one value per
// sample, or per step of it. A Loss may have the fields Reduction and Dtype, which [Apply] reads.
type Loss interface {
	Call(yTrue, yPred *graph.Node) *graph.Node
}

// Func is a function as a loss: reduced as [Loss] says, averaged over the batch.
type Func = func(yTrue, yPred *graph.Node) *graph.Node

// Like is what is taken as a loss: a name, a Loss, or a Func.
type Like = any

// Reduction says how the values of a batch become the one that is trained on.
type Reduction string

// The reductions. The zero value is SumOverBatchSize.
const (
	SumOverBatchSize     Reduction = "sum_over_batch_size"     // their sum divided by their number
	Sum                  Reduction = "sum"                     // their sum
	Mean                 Reduction = "mean"                    // the same as SumOverBatchSize
	MeanWithSampleWeight Reduction = "mean_with_sample_weight" // their sum divided by the sum of the sample weights
	None                 Reduction = "none"                    // no reduction: all values
)

var registry = config.NewRegistry("loss", "keras.losses")

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }

// function is a Func as a Loss.
type function struct{ f Func }

func (l function) Call(yTrue, yPred *graph.Node) *graph.Node { return l.f(yTrue, yPred) }

// Get resolves a loss. nil gives nil: none. "crossentropy" and "ce" mean the binary, the sparse or the categorical one, as the
// shapes of targets and predictions say. An unknown name is an error that lists the closest known ones.
func Get(l Like) (Loss, error) {
	switch v := l.(type) {
	case Func:
		if v != nil {
			return function{v}, nil
		}
	case string:
		if lower := strings.ToLower(v); lower == "crossentropy" || lower == "ce" {
			return function{crossentropy}, nil
		}
	}
	return config.Get[Loss](registry, l)
}

// crossentropy chooses by the shapes: binary for predictions that end in an axis of size 1, sparse for class numbers.
func crossentropy(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("crossentropy", yTrue, yPred); bad != nil {
		return bad
	}
	switch KindOf(yTrue.Shape(), yPred.Shape()) {
	case Binary:
		return BinaryCrossentropy{}.Call(yTrue, yPred)
	case Sparse:
		return SparseCategoricalCrossentropy{}.Call(yTrue, yPred)
	}
	return CategoricalCrossentropy{}.Call(yTrue, yPred)
}

// Kind is the kind of classification that the shapes of targets and predictions show.
type Kind int

// The kinds of classification.
const (
	Categorical Kind = iota // one-hot targets
	Binary                  // predictions end in an axis of size 1
	Sparse                  // targets are class numbers
)

// KindOf tells the kinds apart as Keras does for "accuracy" and "crossentropy".
func KindOf(yTrue, yPred graph.Shape) Kind {
	switch {
	case yPred.Rank() > 0 && yPred.Dim(-1) == 1:
		return Binary
	case yTrue.Rank() < yPred.Rank() || yTrue.Dim(-1) == 1 && yPred.Dim(-1) > 1:
		return Sparse
	}
	return Categorical
}

// register makes classes findable by name and by Keras's configuration; the aliases are other names that Keras knows.
func register(class string, l Loss, aliases ...string) { registry.Add(class, l, aliases...) }
