package train

import (
	"iter"
	"runtime"

	"github.com/gorgonin/gorgonin/data"
	"gorgonia.org/tensor"
)

// batches are those of an epoch.
func (f *fit) batches(epoch int) iter.Seq2[data.Batch, error] {
	o := data.Options{BatchSize: f.o.BatchSize, Shuffle: !f.o.NoShuffle, Seed: f.o.Seed, Epoch: epoch}
	switch d := f.data.(type) {
	case data.Seq:
		if f.o.StepsPerEpoch > 0 {
			return f.goOn(d, o)
		}
	case data.Arrays:
		ahead := data.Dataset(d)
		if o.Reuse = 1; runtime.GOMAXPROCS(0) > 1 && f.bytes*f.o.BatchSize > lightBatch {
			ahead, o.Reuse = data.Prefetch(d, 1), 3 // one is in use, one waits, one is being made
		}
		if f.o.StepsPerEpoch > 0 {
			return f.passes(ahead, o)
		}
		return ahead.Batches(o)
	}
	return f.data.Batches(o)
}

// lightBatch is the number of bytes of a batch that is gathered sooner than handed over by another goroutine.
const lightBatch = 64 << 10

// rowBytes is the memory that a row of resolved inputs takes.
func rowBytes(x any) (n int) {
	switch x := x.(type) {
	case *tensor.Dense:
		n = int(x.MemSize()) / max(1, x.Shape()[0])
	case map[string]any:
		for _, v := range x {
			n += rowBytes(v)
		}
	case []any:
		for _, v := range x {
			n += rowBytes(v)
		}
	}
	return n
}

// goOn continues a stream where the epoch before left it.
func (f *fit) goOn(d data.Seq, o data.Options) iter.Seq2[data.Batch, error] {
	if f.next == nil {
		f.next, f.stop = iter.Pull2(d.Batches(o))
	}
	return func(yield func(data.Batch, error) bool) {
		for b, err, ok := f.next(); ok && yield(b, err); b, err, ok = f.next() {
		}
	}
}

// passes are the steps of an epoch of data in memory when StepsPerEpoch counts them. As in Keras they go on where the epoch
// before ended, an epoch that meets the end of the rows is short, and the next one begins a new pass over them.
func (f *fit) passes(d data.Dataset, o data.Options) iter.Seq2[data.Batch, error] {
	perPass := batches(f.rows, f.o.BatchSize)
	epochs := batches(perPass, f.o.StepsPerEpoch) // in a pass
	skip := o.Epoch % epochs * f.o.StepsPerEpoch
	o.Epoch /= epochs
	return func(yield func(data.Batch, error) bool) {
		for b, err := range d.Batches(o) {
			if skip--; skip >= 0 {
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// short reports whether an epoch of n steps is shorter than asked for, because a stream has ended or the rows in memory are
// too few for any epoch.
func (f *fit) short(n int) bool {
	return n < f.o.StepsPerEpoch && (f.rows == 0 || batches(f.rows, f.o.BatchSize) < f.o.StepsPerEpoch)
}
