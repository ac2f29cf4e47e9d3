package losses

import (
	"math"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// MeanSquaredError is mean((yTrue - yPred)²) over the last axis ("mse").
// See https://keras.io/api/losses/regression_losses/.
type MeanSquaredError struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"mean_squared_error"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (MeanSquaredError) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("mean_squared_error", yTrue, yPred)
	return ops.Mean(ops.Square(ops.Sub(t, p)), -1)
}

// MeanAbsoluteError is mean(|yTrue - yPred|) over the last axis ("mae").
// See https://keras.io/api/losses/regression_losses/.
type MeanAbsoluteError struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"mean_absolute_error"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (MeanAbsoluteError) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("mean_absolute_error", yTrue, yPred)
	return ops.Mean(ops.Abs(ops.Sub(t, p)), -1)
}

// MeanAbsolutePercentageError is 100 * mean(|yTrue - yPred| / max(|yTrue|, 1e-7)) over the last axis ("mape").
// See https://keras.io/api/losses/regression_losses/.
type MeanAbsolutePercentageError struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"mean_absolute_percentage_error"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (MeanAbsolutePercentageError) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("mean_absolute_percentage_error", yTrue, yPred)
	relative := ops.Abs(ops.Div(ops.Sub(t, p), ops.Maximum(ops.Abs(t), epsilon)))
	return ops.Mul(ops.Mean(relative, -1), 100)
}

// MeanSquaredLogarithmicError is mean((log(yTrue + 1) - log(yPred + 1))²) over the last axis ("msle"); values below 1e-7 count
// as 1e-7. See https://keras.io/api/losses/regression_losses/.
type MeanSquaredLogarithmicError struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"mean_squared_logarithmic_error"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (MeanSquaredLogarithmicError) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("mean_squared_logarithmic_error", yTrue, yPred)
	return ops.Mean(ops.Square(ops.Sub(logOnePlus(p), logOnePlus(t))), -1)
}

// logOnePlus is log(max(x, 1e-7) + 1), rounded where Keras rounds.
func logOnePlus(x *graph.Node) *graph.Node { return ops.Log(ops.Add(ops.Maximum(x, epsilon), 1)) }

// LogCosh is mean(log(cosh(yPred - yTrue))) over the last axis: x²/2 for small errors, |x| - log 2 for large ones.
// See https://keras.io/api/losses/regression_losses/.
type LogCosh struct {
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"log_cosh"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (LogCosh) Call(yTrue, yPred *graph.Node) *graph.Node {
	t, p := pair("log_cosh", yTrue, yPred)
	x := ops.Sub(p, t)
	return ops.Mean(ops.Sub(ops.Add(x, ops.Softplus(ops.Mul(x, -2))), math.Ln2), -1)
}

// Huber is quadratic for errors up to Delta and linear beyond: mean of x²/2 where |x| <= Delta, else of Delta |x| - Delta²/2,
// over the last axis. See https://keras.io/api/losses/regression_losses/.
type Huber struct {
	Delta     float64     `default:"1"`
	Reduction Reduction   `default:"sum_over_batch_size" null:"none"`
	Name      string      `default:"huber_loss"`
	Dtype     graph.Dtype `keras:"dtype,omitempty"`
}

// Call maps (batch, ..., last) to (batch, ...).
func (l Huber) Call(yTrue, yPred *graph.Node) *graph.Node {
	delta := config.Resolve(l).Delta
	t, p := pair("huber", yTrue, yPred)
	x := ops.Sub(p, t)
	size := ops.Abs(x)
	quadratic := ops.Mul(ops.Square(x), 0.5)
	linear := ops.Sub(ops.Mul(size, delta), 0.5*delta*delta)
	return ops.Mean(ops.Where(ops.LessEqual(size, delta), quadratic, linear), -1)
}

func init() {
	register("MeanSquaredError", MeanSquaredError{}, "mse", "MSE")
	register("MeanAbsoluteError", MeanAbsoluteError{}, "mae", "MAE")
	register("MeanAbsolutePercentageError", MeanAbsolutePercentageError{}, "mape", "MAPE")
	register("MeanSquaredLogarithmicError", MeanSquaredLogarithmicError{}, "msle", "MSLE")
	register("LogCosh", LogCosh{}, "logcosh")
	register("Huber", Huber{}, "huber_loss")
}
