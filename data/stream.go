package data

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/pkg/errors"
)

// KFold divides the rows of a into k parts of nearly equal size, drawn at random from seed, and yields k pairs: all rows
// but one part to train with, and that part to test with. Every row is tested exactly once. A mistake (k below 2, more
// parts than rows, wrong arrays) is one pair whose use, in Fit, Len or Batches, returns the error.
func KFold(a Arrays, k int, seed uint64) iter.Seq2[Arrays, Arrays] {
	return func(yield func(train, test Arrays) bool) {
		r, n, err := a.resolve(0, 0)
		if err == nil && (k < 2 || k > n) {
			err = errors.Errorf("data: %d folds of %d rows: the number of folds must be at least 2 and at most the number of rows", k, n)
		}
		if err != nil {
			bad := Arrays{X: failure{err}}
			yield(bad, bad)
			return
		}
		order := rand.New(rand.NewPCG(seed, 0)).Perm(n)
		for fold := range k {
			from, to := n*fold/k, n*(fold+1)/k
			train := r.take(slices.Concat(order[:from], order[to:]))
			if !yield(train, r.take(order[from:to])) {
				return
			}
		}
	}
}

// Map applies f to every batch of d. An error of f ends the epoch.
func Map(d Dataset, f func(Batch) (Batch, error)) Dataset {
	if d == nil || f == nil {
		return refused(errors.New("data: Map of a nil data set or function"))
	}
	return Func(func(o Options) iter.Seq2[Batch, error] {
		return func(yield func(Batch, error) bool) {
			for b, err := range d.Batches(o) {
				if err == nil {
					b, err = f(b)
				}
				if !yield(b, err) || err != nil {
					return
				}
			}
		}
	})
}

// Shard is the part of a data set that replica rank of size sees: of every batch of d, which is a batch over all
// replicas, its share of consecutive rows. Shares differ by at most one row. A batch with fewer rows than replicas is an
// error, the same on every replica, because a replica without rows would keep the others waiting.
func Shard(d Dataset, rank, size int) Dataset {
	if size < 1 || rank < 0 || rank >= size {
		return refused(errors.Errorf("data: shard %d of %d: the rank must lie in 0..size-1", rank, size))
	}
	return Map(d, func(b Batch) (Batch, error) {
		r, n, err := Arrays(b).resolve(0, 0)
		if err != nil {
			return Batch{}, err
		}
		if n < size {
			return Batch{}, errors.Errorf("data: a batch of %d rows cannot be divided over %d replicas: use larger batches, or DropRemainder", n, size)
		}
		return Batch(r.slice(n*rank/size, n*(rank+1)/size)), nil
	})
}

// refused is a data set of nothing but an error.
func refused(err error) Dataset {
	return Func(func(Options) iter.Seq2[Batch, error] { return failed(err) })
}

// Prefetch prepares up to n batches of d (at least 1) in a goroutine while the consumer works on another. The goroutine
// has ended when the range over the batches ends, also by break. Order and content of the batches do not change.
func Prefetch(d Dataset, n int) Dataset {
	if d == nil {
		return refused(errors.New("data: Prefetch of a nil data set"))
	}
	return Func(func(o Options) iter.Seq2[Batch, error] {
		return func(yield func(Batch, error) bool) {
			ahead, stop := make(chan prepared, max(n, 1)), make(chan struct{})
			go prepare(d.Batches(o), ahead, stop)
			defer func() {
				close(stop)
				for range ahead { // until prepare closes it: a source must not run on into the next epoch
				}
			}()
			for p := range ahead {
				if p.panicked != nil {
					panic(p.panicked)
				}
				if !yield(p.batch, p.err) {
					return
				}
			}
		}
	})
}

type prepared struct {
	batch    Batch
	err      error
	panicked any
}

// prepare sends what batches yields. A panic of the source is carried to the consumer, where it can be recovered.
func prepare(batches iter.Seq2[Batch, error], ahead chan<- prepared, stop <-chan struct{}) {
	defer close(ahead)
	defer func() {
		if r := recover(); r != nil {
			select {
			case ahead <- prepared{panicked: r}:
			case <-stop:
			}
		}
	}()
	for b, err := range batches {
		select {
		case <-stop: // checked first: with room in the channel, select would choose at random
			return
		default:
		}
		select {
		case ahead <- prepared{batch: b, err: err}:
		case <-stop:
			return
		}
	}
}
