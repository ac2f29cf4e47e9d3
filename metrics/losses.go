package metrics

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/ops"
)

// MeanSquaredError is the mean over the samples of [losses.MeanSquaredError].
// See https://keras.io/api/metrics/regression_metrics/.
type MeanSquaredError struct {
	Name  string      `default:"mean_squared_error"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (MeanSquaredError) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.MeanSquaredError{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m MeanSquaredError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// MeanAbsoluteError is the mean over the samples of [losses.MeanAbsoluteError].
// See https://keras.io/api/metrics/regression_metrics/.
type MeanAbsoluteError struct {
	Name  string      `default:"mean_absolute_error"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (MeanAbsoluteError) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.MeanAbsoluteError{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m MeanAbsoluteError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// MeanAbsolutePercentageError is the mean over the samples of [losses.MeanAbsolutePercentageError].
// See https://keras.io/api/metrics/regression_metrics/.
type MeanAbsolutePercentageError struct {
	Name  string      `default:"mean_absolute_percentage_error"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (MeanAbsolutePercentageError) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.MeanAbsolutePercentageError{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m MeanAbsolutePercentageError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// MeanSquaredLogarithmicError is the mean over the samples of [losses.MeanSquaredLogarithmicError].
// See https://keras.io/api/metrics/regression_metrics/.
type MeanSquaredLogarithmicError struct {
	Name  string      `default:"mean_squared_logarithmic_error"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (MeanSquaredLogarithmicError) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.MeanSquaredLogarithmicError{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m MeanSquaredLogarithmicError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// LogCoshError is the mean over the samples of [losses.LogCosh].
// See https://keras.io/api/metrics/regression_metrics/.
type LogCoshError struct {
	Name  string      `default:"logcosh"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (LogCoshError) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.LogCosh{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m LogCoshError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// Hinge is the mean over the samples of [losses.Hinge].
// See https://keras.io/api/metrics/hinge_metrics/.
type Hinge struct {
	Name  string      `default:"hinge"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (Hinge) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.Hinge{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m Hinge) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// SquaredHinge is the mean over the samples of [losses.SquaredHinge].
// See https://keras.io/api/metrics/hinge_metrics/.
type SquaredHinge struct {
	Name  string      `default:"squared_hinge"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (SquaredHinge) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.SquaredHinge{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m SquaredHinge) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// CategoricalHinge is the mean over the samples of [losses.CategoricalHinge].
// See https://keras.io/api/metrics/hinge_metrics/.
type CategoricalHinge struct {
	Name  string      `default:"categorical_hinge"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (CategoricalHinge) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.CategoricalHinge{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m CategoricalHinge) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// KLDivergence is the mean over the samples of [losses.KLDivergence].
// See https://keras.io/api/metrics/probabilistic_metrics/.
type KLDivergence struct {
	Name  string      `default:"kl_divergence"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (KLDivergence) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.KLDivergence{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m KLDivergence) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// Poisson is the mean over the samples of [losses.Poisson].
// See https://keras.io/api/metrics/probabilistic_metrics/.
type Poisson struct {
	Name  string      `default:"poisson"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (Poisson) Values(yTrue, yPred *graph.Node) *graph.Node {
	return losses.Poisson{}.Call(yTrue, yPred)
}

// Call averages Values over the samples.
func (m Poisson) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// CosineSimilarity is the mean cosine of the angle between yTrue and yPred along Axis: 1 for the same direction. (The loss of
// that name is its negative.) See https://keras.io/api/metrics/regression_metrics/.
type CosineSimilarity struct {
	Axis  int         `default:"-1"`
	Name  string      `default:"cosine_similarity"`
	Dtype graph.Dtype `default:"float32"`
}

// Values are the values of the loss for yTrue and yPred (batch, ..., last).
func (m CosineSimilarity) Values(yTrue, yPred *graph.Node) *graph.Node {
	distance := losses.CosineSimilarity{Axis: m.Axis}.Call(yTrue, yPred)
	return ops.Neg(distance)
}

// Call averages Values over the samples.
func (m CosineSimilarity) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.Values(yTrue, yPred), yPred, sampleWeight)
}

// RootMeanSquaredError is the root of the mean of (yTrue - yPred)² over all elements of all samples.
// See https://keras.io/api/metrics/regression_metrics/.
type RootMeanSquaredError struct {
	Name  string      `default:"root_mean_squared_error"`
	Dtype graph.Dtype `default:"float32"`
}

// Call takes yTrue and yPred of one shape (batch, ...).
func (RootMeanSquaredError) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	if bad := missing("root_mean_squared_error", yTrue, yPred); bad != nil {
		return bad
	}
	t, p := losses.SameRank(floating(yTrue), floating(yPred))
	return ops.Sqrt(acc.Mean("", ops.Square(ops.Sub(p, t)), sampleWeight))
}

func init() {
	registry.Add("MeanSquaredError", MeanSquaredError{}, "mse", "MSE")
	registry.Add("MeanAbsoluteError", MeanAbsoluteError{}, "mae", "MAE")
	registry.Add("MeanAbsolutePercentageError", MeanAbsolutePercentageError{}, "mape", "MAPE")
	registry.Add("MeanSquaredLogarithmicError", MeanSquaredLogarithmicError{}, "msle", "MSLE")
	registry.Add("LogCoshError", LogCoshError{}, "logcosh", "log_cosh")
	registry.Add("Hinge", Hinge{})
	registry.Add("SquaredHinge", SquaredHinge{})
	registry.Add("CategoricalHinge", CategoricalHinge{})
	registry.Add("KLDivergence", KLDivergence{}, "kld", "KLD", "kullback_leibler_divergence")
	registry.Add("Poisson", Poisson{})
	registry.Add("CosineSimilarity", CosineSimilarity{}, "cosine_proximity")
	registry.Add("RootMeanSquaredError", RootMeanSquaredError{}, "rmse", "RMSE")
}
