package data

import (
	"github.com/gorgonin/gorgonin/internal/array"
	"math"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// PadOptions says how PadSequences makes sequences equally long. The zero value is Keras's default: padded and cut at
// the front, with 0, to the longest sequence.
type PadOptions struct {
	// MaxLen is the length of the result. 0 is the length of the longest sequence.
	MaxLen int
	// PadPost adds the padding after a sequence instead of before it.
	PadPost bool
	// TruncPost cuts a long sequence at its end instead of at its start.
	TruncPost bool
	// Value fills the places that are left.
	Value int
}

// PadSequences makes one int32 tensor (sequences, length) of sequences of different lengths. A negative MaxLen, a number
// that int32 cannot hold, no sequence at all, or nothing but empty ones without MaxLen are errors.
// See https://keras.io/api/data_loading/timeseries/#pad_sequences-function.
func PadSequences(sequences [][]int, options ...PadOptions) (*tensor.Dense, error) {
	o, err := option("PadOptions", options)
	if err != nil {
		return nil, err
	}
	if int(int32(o.Value)) != o.Value {
		return nil, errOverflow("the padding value", o.Value)
	}
	narrow := make([][]int32, len(sequences))
	for i, s := range sequences {
		narrow[i] = make([]int32, len(s))
		for j, v := range s {
			if int(int32(v)) != v {
				return nil, errOverflow("sequence "+array.Position([]int{i}), v)
			}
			narrow[i][j] = int32(v)
		}
	}
	return Pad(narrow, int32(o.Value), o)
}

// Pad is [PadSequences] for elements of any type, which the result keeps: numbers, strings, or the vectors of
// multivariate sequences. value fills the places that are left and has the shape of an element; PadOptions.Value is
// not used.
func Pad[T any](sequences [][]T, value T, options ...PadOptions) (*tensor.Dense, error) {
	o, err := option("PadOptions", options)
	if err != nil {
		return nil, err
	}
	if len(sequences) == 0 {
		return nil, errors.New("data: there are no sequences to pad")
	}
	if o.MaxLen < 0 {
		return nil, errors.Errorf("data: MaxLen is %d: it must be positive, or 0 for the longest sequence", o.MaxLen)
	}
	n := o.MaxLen
	for _, s := range sequences {
		if o.MaxLen == 0 {
			n = max(n, len(s))
		}
	}
	if n == 0 {
		return nil, errors.New("data: all sequences are empty: set MaxLen")
	}
	rows := make([][]T, len(sequences))
	for i, s := range sequences {
		rows[i] = fit(s, n, value, o)
	}
	return Tensor(rows)
}

// fit returns a copy of s, cut or padded to n elements.
func fit[T any](s []T, n int, value T, o PadOptions) []T {
	if len(s) > n && o.TruncPost {
		s = s[:n]
	} else if len(s) > n {
		s = s[len(s)-n:]
	}
	padding := slices.Repeat([]T{value}, n-len(s))
	if o.PadPost {
		return slices.Concat(s, padding)
	}
	return slices.Concat(padding, s)
}

func errOverflow(where string, v int) error {
	return errors.Errorf("data: %s holds %d, which int32 (%d to %d) cannot", where, v, math.MinInt32, math.MaxInt32)
}

// option returns the one options struct of a variadic parameter, the zero value when there is none.
func option[T any](name string, given []T) (T, error) {
	var zero T
	switch len(given) {
	case 0:
		return zero, nil
	case 1:
		return given[0], nil
	}
	return zero, errors.Errorf("data: %d %s were given: at most one is allowed", len(given), name)
}
