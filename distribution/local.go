package distribution

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gorgonia.org/tensor"
)

// Local joins n replicas in this process, one goroutine each. n below 1 counts as 1.
func Local(n int) []Communicator {
	n = max(n, 1)
	g := &group{size: n, broken: make(chan struct{})}
	g.round = newRound(n)
	out := make([]Communicator, n)
	for i := range out {
		out[i] = &local{g, i}
	}
	return out
}

// group is what local replicas share.
type group struct {
	size   int
	mu     sync.Mutex
	round  *round
	broken chan struct{} // closed when a replica has given up
	err    error
}

// round is one AllReduce.
type round struct {
	given   [][]*tensor.Dense // by rank
	arrived int
	sums    [][]float64
	done    chan struct{} // closed when the sums are there
	err     error
}

func newRound(n int) *round {
	return &round{given: make([][]*tensor.Dense, n), done: make(chan struct{})}
}

type local struct {
	g    *group
	rank int
}

func (l *local) Rank() int { return l.rank }
func (l *local) Size() int { return l.g.size }

// Abort makes the other replicas fail too, who would wait forever for this one.
func (l *local) Abort(err error) {
	l.g.mu.Lock()
	defer l.g.mu.Unlock()
	if l.g.err == nil {
		l.g.err = fmt.Errorf("replica %d has given up: %w", l.rank, err)
		close(l.g.broken)
	}
}

// AllReduce sums in the order of ranks, in float64, so that every replica gets the same bits in every run.
func (l *local) AllReduce(ctx context.Context, tensors []*tensor.Dense) error {
	g := l.g
	g.mu.Lock()
	if g.err != nil {
		defer g.mu.Unlock()
		return g.err
	}
	r := g.round
	r.given[l.rank] = tensors
	if r.arrived++; r.arrived == g.size {
		r.sums, r.err = sum(r.given)
		g.round = newRound(g.size)
		close(r.done)
	}
	g.mu.Unlock()
	select {
	case <-r.done:
	case <-g.broken:
		return g.err
	case <-ctx.Done():
		l.Abort(ctx.Err())
		return ctx.Err()
	}
	if r.err != nil {
		return r.err
	}
	for i, d := range tensors {
		put(d, r.sums[i])
	}
	return nil
}

// sum adds up the tensors of all ranks.
func sum(given [][]*tensor.Dense) ([][]float64, error) {
	first := given[0]
	sums := make([][]float64, len(first))
	for rank, tensors := range given {
		if len(tensors) != len(first) {
			return nil, fmt.Errorf("replica %d reduces %d tensors, replica 0 %d: replicas must be alike", rank, len(tensors), len(first))
		}
		for i, d := range tensors {
			if !slices.Equal(d.Shape(), first[i].Shape()) || d.Dtype() != first[i].Dtype() {
				return nil, fmt.Errorf("tensor %d is %v %v on replica %d and %v %v on replica 0: replicas must be alike", i, d.Dtype(), d.Shape(), rank, first[i].Dtype(), first[i].Shape())
			}
			if sums[i] == nil {
				sums[i] = make([]float64, d.DataSize())
			}
			if err := add(sums[i], d); err != nil {
				return nil, fmt.Errorf("tensor %d: %w", i, err)
			}
		}
	}
	return sums, nil
}

func add(to []float64, d *tensor.Dense) error {
	switch v := d.Data().(type) {
	case []float32:
		for i, x := range v {
			to[i] += float64(x)
		}
	case []float64:
		for i, x := range v {
			to[i] += x
		}
	default:
		return fmt.Errorf("its elements are %v, want a float tensor with at least one axis", d.Dtype())
	}
	return nil
}

func put(d *tensor.Dense, from []float64) {
	switch v := d.Data().(type) {
	case []float32:
		for i := range v {
			v[i] = float32(from[i])
		}
	case []float64:
		copy(v, from)
	}
}
