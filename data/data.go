package data

import (
	"iter"

	"github.com/pkg/errors"
)

// DefaultBatchSize is the number of rows in a batch when Options.BatchSize is 0.
const DefaultBatchSize = 32

// Batch is what a model sees in one step. X holds the inputs, Y the targets, SampleWeight one weight per row; Y and
// SampleWeight may be nil. Each is one array, a map[string]any of arrays by input or output name, or a []any of arrays in
// order. The first axis of every array is the batch. Treat a batch as read-only: its arrays may share memory with the
// data set it came from.
type Batch struct{ X, Y, SampleWeight any }

// Dataset yields the batches of one epoch. Batches is called once an epoch; the error of a pair ends the epoch and its
// batch is not used.
type Dataset interface {
	Batches(o Options) iter.Seq2[Batch, error]
}

// Options says how the batches of one epoch are drawn. The zero value is one pass in order, 32 rows a batch.
type Options struct {
	// BatchSize is the number of rows of a batch, over all replicas. 0 is 32.
	BatchSize int
	// Shuffle draws the rows in an order that depends on Seed and Epoch only.
	Shuffle bool
	// Seed of the order of rows.
	Seed uint64
	// Epoch counts from 0. Evaluation asks for epoch 0.
	Epoch int
	// Reuse, if not 0, is after how many further batches a batch is no longer used: its memory may then hold a new one. Fit sets
	// it for arrays in memory. Data sets may ignore it.
	Reuse int
	// DropRemainder leaves out the last batch when it has fewer rows than BatchSize.
	DropRemainder bool
}

func (o Options) batchSize() (int, error) {
	if o.BatchSize < 0 {
		return 0, errors.Errorf("data: BatchSize is %d: it must be positive, or 0 for %d", o.BatchSize, DefaultBatchSize)
	}
	if o.BatchSize == 0 {
		return DefaultBatchSize, nil
	}
	return o.BatchSize, nil
}

// Func is a generator that is asked for the batches of each epoch. Training passes its options with the number of the
// epoch; validation and evaluation ask for epoch 0, unshuffled. The function decides what to do with them.
type Func func(o Options) iter.Seq2[Batch, error]

// Batches returns f(o).
func (f Func) Batches(o Options) iter.Seq2[Batch, error] {
	if f == nil {
		return failed(errors.New("data: the Func is nil"))
	}
	return f(o)
}

// Seq is a stream of batches that takes no options. It is ranged over once an epoch, or, when training counts the steps
// of an epoch itself, continued, so that it may be endless.
type Seq iter.Seq2[Batch, error]

// Batches returns the sequence itself; the options do not apply.
func (s Seq) Batches(Options) iter.Seq2[Batch, error] {
	if s == nil {
		return failed(errors.New("data: the Seq is nil"))
	}
	return iter.Seq2[Batch, error](s)
}

// failed is an epoch that consists of an error.
func failed(err error) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) { yield(Batch{}, err) }
}
