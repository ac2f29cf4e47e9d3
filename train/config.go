package train

import (
	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/distribution"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/optimizers"
)

// Config is what Compile takes. https://keras.io/api/models/model_training_apis/#compile-method
type Config struct {
	// Optimizer is a name or an object. Without one the model can be evaluated, but not trained.
	Optimizer optimizers.Like
	// Loss is a loss for every output, a []any with one for each (nil for none), or a ByOutput. An output without a loss is
	// not trained.
	Loss losses.Like
	// LossWeights multiplies the losses of outputs, by name. Default 1.
	LossWeights map[string]float64
	// Metrics is one metric, a slice of them, or a ByOutput of these. They see masks, but no sample weights.
	Metrics metrics.Like
	// WeightedMetrics is as Metrics; these see the sample weights.
	WeightedMetrics metrics.Like
	// Backend computes; the native one by default.
	Backend backend.Like
	// DtypePolicy is that of layers without one of their own: "mixed_bfloat16" and the like.
	DtypePolicy string
	// Distribution joins the gradients of several replicas, each of which trains on its share of every batch.
	Distribution distribution.Communicator
}

// ByOutput gives settings to outputs by name. Outputs that are not named have none; an unknown name is an error of Compile.
type ByOutput map[string]any
