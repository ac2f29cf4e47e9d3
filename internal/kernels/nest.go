package kernels

import "fmt"

// maxRank bounds the axes of a nest after collapsing, so that a cursor can live on the stack.
const maxRank = 16

// maxOperands is how many arrays a nest walks beside its output.
const maxOperands = 3

// nest is a loop nest over a row-major output whose operands are read at strides of their own (0 repeats an element).
// Axes of size 1 are gone and axes that every operand walks as one are merged.
type nest struct {
	shape   []int
	strides [maxOperands][]int
	ops     int // operands in use
	total   int
}

// newNest collapses a nest; strides holds one stride per axis for each operand.
func newNest(kernel string, shape []int, strides ...[]int) (*nest, error) {
	n := &nest{total: size(shape), ops: len(strides)}
	for k, s := range strides {
		if len(s) != len(shape) {
			return nil, fmt.Errorf("kernels: %s: operand %d has %d strides for shape %v", kernel, k, len(s), shape)
		}
	}
	for axis, d := range shape {
		if d == 1 {
			continue
		}
		if !n.merge(d, axis, strides) {
			n.shape = append(n.shape, d)
			for k, s := range strides {
				n.strides[k] = append(n.strides[k], s[axis])
			}
		}
	}
	if len(n.shape) == 0 {
		n.shape = []int{1}
		for k := range strides {
			n.strides[k] = []int{0}
		}
	}
	if len(n.shape) > maxRank {
		return nil, fmt.Errorf("kernels: %s: shape %v has more than %d axes that cannot be merged", kernel, shape, maxRank)
	}
	return n, nil
}

// merge lets the last axis kept so far absorb the next one, if for each operand a step of the former is d of the latter.
func (n *nest) merge(d, axis int, strides [][]int) bool {
	last := len(n.shape) - 1
	if last < 0 {
		return false
	}
	for k, s := range strides {
		if n.strides[k][last] != d*s[axis] {
			return false
		}
	}
	n.shape[last] *= d
	for k, s := range strides {
		n.strides[k][last] = s[axis]
	}
	return true
}

// inner returns operand k's stride along the last axis.
func (n *nest) inner(k int) int { return n.strides[k][len(n.shape)-1] }

// check returns an error if operand k, read from offset, leaves a slice of the given length.
func (n *nest) check(kernel string, k, length, offset int) error {
	if n.total == 0 {
		return nil
	}
	lo, hi := offset, offset
	for axis, d := range n.shape {
		reach := (d - 1) * n.strides[k][axis]
		lo, hi = lo+min(0, reach), hi+max(0, reach)
	}
	if lo < 0 || hi >= length {
		return fmt.Errorf("kernels: %s: operand %d reads [%d, %d] of %d elements (shape %v, strides %v)", kernel, k, lo, hi, length,
			n.shape, n.strides[k])
	}
	return nil
}

// cursor is a position in a nest: off are the operands' offsets, run the elements left in the current row.
type cursor struct {
	n   *nest
	off [maxOperands]int
	run int
	at  [maxRank]int
}

// start puts the cursor on output element i.
func (c *cursor) start(n *nest, i int) {
	c.n = n
	c.off = [maxOperands]int{}
	for axis := len(n.shape) - 1; axis >= 0; axis-- {
		c.at[axis] = i % n.shape[axis]
		i /= n.shape[axis]
		c.shift(axis, c.at[axis])
	}
	last := len(n.shape) - 1
	c.run = n.shape[last] - c.at[last]
}

// next moves to the start of the following row; the row before must have been entered at its beginning or by start.
func (c *cursor) next() {
	n := c.n
	axis := len(n.shape) - 1
	if c.at[axis] != 0 {
		c.shift(axis, -c.at[axis])
		c.at[axis] = 0
	}
	c.run = n.shape[axis]
	for axis--; axis >= 0; axis-- {
		c.at[axis]++
		c.shift(axis, 1)
		if c.at[axis] < n.shape[axis] {
			return
		}
		c.shift(axis, -n.shape[axis])
		c.at[axis] = 0
	}
}

// shift moves all operands by steps along an axis.
func (c *cursor) shift(axis, steps int) {
	for k := range c.n.ops {
		c.off[k] += steps * c.n.strides[k][axis]
	}
}
