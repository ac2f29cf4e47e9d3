package train

import (
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/gorgonin/gorgonin/data"
)

// Verbosity says how much is written while a model works.
type Verbosity int

// The verbosities. Auto is Silent for Evaluate and Predict; for Fit it is Bar on a terminal, else Line.
const (
	Auto   Verbosity = iota
	Silent           // nothing
	Bar              // a progress bar; where the output is no terminal, its last state only
	Line             // one line an epoch
)

// ErrOutOfData is returned, with the History so far, when a data set ended before StepsPerEpoch.
var ErrOutOfData = errors.New("the data ended before the steps that were asked for")

// FitOptions are the options of Fit. The zero value is one epoch of shuffled batches of 32 rows.
// https://keras.io/api/models/model_training_apis/#fit-method
type FitOptions struct {
	// BatchSize is the number of rows of a batch, over all replicas. Default 32.
	BatchSize int
	// Epochs is the epoch at which training ends: with InitialEpoch 2 and Epochs 5, three are run. Default 1.
	Epochs int
	// InitialEpoch is the first epoch, to go on with an earlier run.
	InitialEpoch int
	Verbose      Verbosity
	// Output is written to, os.Stdout by default.
	Output    io.Writer
	Callbacks []Callback
	// ValidationSplit is the fraction of rows, the last ones before shuffling, that is kept for validation. Arrays only.
	ValidationSplit float64
	// ValidationData is evaluated at the end of epochs. It wins over ValidationSplit.
	ValidationData data.Dataset
	// ValidationSteps limits the number of batches of a validation. Default all.
	ValidationSteps int
	// ValidationBatchSize is the number of rows of a batch of validation. Default BatchSize.
	ValidationBatchSize int
	// ValidationFreq is the number of epochs from one validation to the next. Default 1.
	ValidationFreq int
	// ValidationEpochs lists the epochs, counted from 1, that end in a validation. It wins over ValidationFreq.
	ValidationEpochs []int
	NoShuffle        bool
	// ClassWeight multiplies the loss of samples by the weight of their class, 1 for classes not listed. The model has one
	// output; targets are class numbers or one-hot rows.
	ClassWeight map[int]float64
	// StepsPerEpoch is the number of batches of an epoch. Default: all of the data set. A data.Seq goes on in the next epoch
	// where it stood. So do arrays; an epoch that meets the end of their rows is short, and the next one begins with all rows
	// again. Other data starts again in each epoch.
	StepsPerEpoch int
	// Seed drives shuffling and the random layers.
	Seed uint64
}

// EvaluateOptions are the options of Evaluate.
type EvaluateOptions struct {
	// BatchSize is the number of rows of a batch. Default 32.
	BatchSize int
	// Steps limits the number of batches. Default all.
	Steps   int
	Verbose Verbosity
	// Output is written to, os.Stdout by default.
	Output    io.Writer
	Callbacks []Callback
}

// PredictOptions are the options of Predict.
type PredictOptions EvaluateOptions

// one returns the options given, or their zero value.
func one[T any](o []T) (T, error) {
	var zero T
	switch len(o) {
	case 0:
		return zero, nil
	case 1:
		return o[0], nil
	}
	return zero, fmt.Errorf("%d options are given: put all into one struct", len(o))
}

// check finds what is wrong with the numbers in the options, and fills defaults.
func (o *FitOptions) check() error {
	for _, n := range []struct {
		name  string
		value int
	}{
		{"BatchSize", o.BatchSize}, {"Epochs", o.Epochs}, {"InitialEpoch", o.InitialEpoch}, {"ValidationSteps", o.ValidationSteps},
		{"ValidationBatchSize", o.ValidationBatchSize}, {"ValidationFreq", o.ValidationFreq}, {"StepsPerEpoch", o.StepsPerEpoch},
	} {
		if n.value < 0 {
			return fmt.Errorf("%s is %d: it must not be negative", n.name, n.value)
		}
	}
	if !(o.ValidationSplit >= 0 && o.ValidationSplit < 1) {
		return fmt.Errorf("ValidationSplit is %v: it is the fraction of rows kept for validation, from 0 to below 1", o.ValidationSplit)
	}
	for _, e := range o.ValidationEpochs {
		if e < 1 {
			return fmt.Errorf("ValidationEpochs lists %d: epochs are counted from 1", e)
		}
	}
	if err := checkWatchers(o.Verbose, o.Callbacks); err != nil {
		return err
	}
	if o.BatchSize == 0 {
		o.BatchSize = data.DefaultBatchSize
	}
	if o.Epochs == 0 {
		o.Epochs = 1
	}
	if o.ValidationBatchSize == 0 {
		o.ValidationBatchSize = o.BatchSize
	}
	if o.ValidationFreq == 0 {
		o.ValidationFreq = 1
	}
	return nil
}

// checkWatchers finds callbacks that are nil and a verbosity that is none.
func checkWatchers(v Verbosity, callbacks []Callback) error {
	if v < Auto || v > Line {
		return fmt.Errorf("Verbose is %d: use train.Auto, Silent, Bar or Line", v)
	}
	for i, c := range callbacks {
		if r := reflect.ValueOf(c); c == nil || r.Kind() == reflect.Pointer && r.IsNil() {
			return fmt.Errorf("callback %d of %d is nil", i, len(callbacks))
		}
	}
	return nil
}

// check finds what is wrong with the options.
func (o *EvaluateOptions) check() error {
	switch {
	case o.BatchSize < 0:
		return fmt.Errorf("BatchSize is %d: it must not be negative", o.BatchSize)
	case o.Steps < 0:
		return fmt.Errorf("Steps is %d: it must not be negative", o.Steps)
	}
	return checkWatchers(o.Verbose, o.Callbacks)
}

// validates reports whether an epoch, counted from 0, ends in a validation.
func (o *FitOptions) validates(epoch int) bool {
	if o.ValidationData == nil {
		return false
	}
	if len(o.ValidationEpochs) == 0 {
		return (epoch+1)%o.ValidationFreq == 0
	}
	for _, e := range o.ValidationEpochs {
		if e == epoch+1 {
			return true
		}
	}
	return false
}
