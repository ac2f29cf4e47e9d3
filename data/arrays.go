package data

import (
	"iter"
	"math/rand/v2"

	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Arrays is a data set in memory. The fields are those of a [Batch], into which it converts; x, y and weights stay
// together through Slice, Take, Split, KFold and Shard. The first axis of every array is the rows, and all arrays
// have the same number of them.
type Arrays struct{ X, Y, SampleWeight any }

// Resolve converts every array to a tensor once, as [Resolve] does, and checks that all have the same number of rows.
// inputs and outputs are the numbers of arrays of the model, 0 when unknown. Batches of the result convert nothing.
func (a Arrays) Resolve(inputs, outputs int) (Arrays, error) {
	r, _, err := a.resolve(inputs, outputs)
	return r, err
}

func (a Arrays) resolve(inputs, outputs int) (Arrays, int, error) {
	var out Arrays
	var all []leaf
	for _, part := range []struct {
		name string
		from any
		to   *any
		n    int
	}{{"x", a.X, &out.X, inputs}, {"y", a.Y, &out.Y, outputs}, {"sample_weight", a.SampleWeight, &out.SampleWeight, outputs}} {
		v, err := resolve(part.name, part.from, part.n)
		if err != nil {
			return Arrays{}, 0, err
		}
		*part.to = v
		all = append(all, leaves(part.name, v)...)
	}
	if len(leaves("x", out.X)) == 0 {
		return Arrays{}, 0, errors.New("data: x holds no array: a data set needs inputs")
	}
	n, err := rows(all)
	return out, n, err
}

// Resolve is [Arrays.Resolve] for one batch.
func (b Batch) Resolve(inputs, outputs int) (Batch, error) {
	if b.isResolved() {
		return b, nil
	}
	a, err := Arrays(b).Resolve(inputs, outputs)
	return Batch(a), err
}

// isResolved reports that nothing is to be done: each of x, y and weights is one tensor in row-major order, or a map of them, and all
// have the same rows. Batches of resolved arrays are met at every step.
func (b Batch) isResolved() bool {
	n := -1
	plain := func(v any) bool {
		d, ok := v.(*tensor.Dense)
		if !ok || d == nil || !array.Plain(d) || n >= 0 && d.Shape()[0] != n {
			return false
		}
		n = d.Shape()[0]
		return true
	}
	for _, v := range [...]any{b.X, b.Y, b.SampleWeight} {
		if m, ok := v.(map[string]any); ok && len(m) > 0 {
			for _, e := range m {
				if !plain(e) {
					return false
				}
			}
		} else if v != nil && !plain(v) {
			return false
		}
	}
	return n >= 0 && b.X != nil
}

// Len returns the number of rows. It is an error when an array cannot be converted or the numbers of rows differ.
func (a Arrays) Len() (int, error) {
	_, n, err := a.resolve(0, 0)
	return n, err
}

// Slice returns the rows from, from+1, ..., to-1 as tensors that share memory with a where they can.
func (a Arrays) Slice(from, to int) (Arrays, error) {
	r, n, err := a.resolve(0, 0)
	if err != nil {
		return Arrays{}, err
	}
	if from < 0 || to > n || from >= to {
		return Arrays{}, errors.Errorf("data: rows %d to %d are not a part of the %d rows", from, to, n)
	}
	return r.slice(from, to), nil
}

// Take returns copies of the rows with the given numbers, in that order; a number may come several times.
func (a Arrays) Take(rows []int) (Arrays, error) {
	r, n, err := a.resolve(0, 0)
	if err != nil {
		return Arrays{}, err
	}
	if len(rows) == 0 {
		return Arrays{}, errors.New("data: no rows to take")
	}
	for i, row := range rows {
		if row < 0 || row >= n {
			return Arrays{}, errors.Errorf("data: row %d at position %d is not in 0..%d", row, i, n-1)
		}
	}
	return r.take(rows), nil
}

// Split cuts the rows in two, in order: head has the first ⌊fraction · rows⌋ of them, tail the rest. It is an error when
// either would be empty.
func (a Arrays) Split(fraction float64) (head, tail Arrays, err error) {
	r, n, err := a.resolve(0, 0)
	if err != nil {
		return Arrays{}, Arrays{}, err
	}
	if !(fraction > 0 && fraction < 1) {
		return Arrays{}, Arrays{}, errors.Errorf("data: the fraction of a split is %v: it must lie between 0 and 1", fraction)
	}
	cut := int(fraction * float64(n))
	if cut == 0 || cut == n {
		return Arrays{}, Arrays{}, errors.Errorf("data: a split of %d rows at %v leaves one part empty", n, fraction)
	}
	return r.slice(0, cut), r.slice(cut, n), nil
}

// Batches yields the rows in batches of tensors with the structure of the arrays, each row once. In order, batches share
// memory with the arrays; shuffled, they are copies, in memory of their own unless o.Reuse is set. The order depends on o.Seed and o.Epoch only.
func (a Arrays) Batches(o Options) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		size, err := o.batchSize()
		if err != nil {
			yield(Batch{}, err)
			return
		}
		r, n, err := a.resolve(0, 0)
		if err != nil {
			yield(Batch{}, err)
			return
		}
		batch := func(from, to int) Arrays {
			if to-from == n {
				return r
			}
			return r.slice(from, to)
		}
		if o.Shuffle {
			order := rand.New(rand.NewPCG(o.Seed, uint64(o.Epoch))).Perm(n)
			again := make([]*taken, max(o.Reuse, 1))
			batch = func(from, to int) Arrays {
				k := from / size % len(again)
				if again[k] == nil || o.Reuse <= 0 || to-from < size {
					again[k] = r.room(to - from)
				}
				return again[k].take(order[from:to])
			}
		}
		for from := 0; from < n; from += size {
			to := min(from+size, n)
			if o.DropRemainder && to-from < size {
				return
			}
			if !yield(Batch(batch(from, to)), nil) {
				return
			}
		}
	}
}

func (a Arrays) transform(f func(*tensor.Dense) *tensor.Dense) Arrays {
	return Arrays{X: transform(a.X, f), Y: transform(a.Y, f), SampleWeight: transform(a.SampleWeight, f)}
}

// slice is Slice of resolved arrays within bounds.
func (a Arrays) slice(from, to int) Arrays {
	return a.transform(func(d *tensor.Dense) *tensor.Dense {
		shape := append([]int{to - from}, d.Shape()[1:]...)
		n := d.Shape().TotalSize() / d.Shape()[0]
		return backed(window(d.Data(), from*n, to*n), shape)
	})
}

// take is Take of resolved arrays within bounds.
func (a Arrays) take(rows []int) Arrays { return a.room(len(rows)).take(rows) }

// taken is memory for some rows of arrays.
type taken struct {
	of    Arrays
	parts []part
}

// part is the elements of one array, n in a row, and where the rows that are taken go.
type part struct {
	from, to any
	n        int
}

// room makes memory for rows of resolved arrays.
func (a Arrays) room(rows int) *taken {
	t := &taken{}
	t.of = a.transform(func(d *tensor.Dense) *tensor.Dense {
		n := d.Shape().TotalSize() / d.Shape()[0]
		p := part{d.Data(), alike(d.Data(), rows*n), n}
		t.parts = append(t.parts, p)
		return backed(p.to, append([]int{rows}, d.Shape()[1:]...))
	})
	return t
}

// take copies rows and returns the arrays of them.
func (t *taken) take(rows []int) Arrays {
	for _, p := range t.parts {
		gather(p.to, p.from, rows, p.n)
	}
	return t.of
}
