package layers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// IntegerLookup maps integers to their places in a vocabulary: after the place of MaskToken, if there is one, come
// NumOOVIndices places for integers that are not in it (by their remainder), then the vocabulary. x: integers of any shape
// to int64 of the same shape; other output modes encode as [CategoryEncoding] does.
// https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup
type IntegerLookup struct {
	MaxTokens       int    `default:"none"` // the most places that Adapt fills; 0: no limit
	NumOOVIndices   int    `keras:"num_oov_indices" default:"1"`
	MaskToken       any    // an integer that stands for nothing and maps to 0
	OOVToken        int    `keras:"oov_token" default:"-1"` // what Invert gives for unknown places
	Vocabulary      any    // integers; set by SetVocabulary and Adapt
	VocabularyDtype string `default:"int64"`
	Invert          bool   // map places to integers instead
	OutputMode      string `default:"int"` // or "one_hot", "multi_hot", "count"
	PadToMaxTokens  bool   // encode as MaxTokens numbers whatever the size of the vocabulary
	OOVMethod       string `keras:"oov_method,omitempty" default:"floormod"`
	VocabularySize  int    `keras:"vocabulary_size,omitempty"` // written by Keras, not read
	Name            string
	Base
}

// Call: x to int64 of its shape.
func (l *IntegerLookup) Call(c *Context, in ...*graph.Node) *graph.Node {
	l = config.Resolve(l)
	if !c.want(in, 1) {
		return nil
	}
	words, err := intList(l.Vocabulary)
	switch {
	case err != nil:
		return c.Errorf("Vocabulary: %v", err)
	case len(words) == 0:
		return c.Errorf("there is no vocabulary: set Vocabulary or call Adapt before the layer is called")
	case l.OOVMethod != "floormod" && l.NumOOVIndices > 1:
		return c.Errorf("OOVMethod is %q, want floormod", l.OOVMethod)
	case l.Invert && l.OutputMode != "int":
		return c.Errorf("Invert needs OutputMode int, got %q", l.OutputMode)
	}
	x := ops.Cast(in[0], graph.Int64)
	if l.Invert {
		return l.invert(c, x, words)
	}
	place, first := l.places(c, x, words)
	if l.OutputMode == "int" {
		return place
	}
	depth := first + len(words)
	if l.PadToMaxTokens && l.MaxTokens > 0 {
		depth = l.MaxTokens
	}
	return ops.Cast(c.encode(place, l.OutputMode, depth, nil), graph.Int64)
}

// places finds x in the sorted vocabulary. first is the place of the first word.
func (l *IntegerLookup) places(c *Context, x *graph.Node, words []int) (place *graph.Node, first int) {
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(words[a], words[b]) })
	sorted, at := make([]int64, len(words)), make([]int64, len(words))
	mask, masked := config.Number(l.MaskToken)
	masked = masked && l.OutputMode == "int" // an encoding has no place for it
	if masked {
		first++
	}
	unknown := first
	first += l.NumOOVIndices
	for i, k := range order {
		sorted[i], at[i] = int64(words[k]), int64(first+k)
	}
	n := graph.Shape{len(words)}
	table := c.g.ConstOf(graph.Int64, n, sorted)
	i := ops.Minimum(ops.SearchSorted(table, x), len(words)-1)
	place = ops.Where(ops.Equal(ops.Take(table, i, 0), x), ops.Take(c.g.ConstOf(graph.Int64, n, at), i, 0), ops.Add(l.outside(x), unknown))
	if masked {
		place = ops.Where(ops.Equal(x, int(mask)), ops.ZerosLike(place), place)
	}
	return place, first
}

// outside is the place of an integer that is not in the vocabulary, counted from 0; -1 where there is none.
func (l *IntegerLookup) outside(x *graph.Node) *graph.Node {
	switch l.NumOOVIndices {
	case 0:
		return ops.FullLike(x, -1)
	case 1:
		return ops.ZerosLike(x)
	}
	return ops.Mod(x, l.NumOOVIndices)
}

// invert gives the words at places.
func (l *IntegerLookup) invert(c *Context, x *graph.Node, words []int) *graph.Node {
	var all []int64
	if mask, ok := config.Number(l.MaskToken); ok {
		all = append(all, int64(mask))
	}
	for range l.NumOOVIndices {
		all = append(all, int64(l.OOVToken))
	}
	for _, w := range words {
		all = append(all, int64(w))
	}
	table := c.g.ConstOf(graph.Int64, graph.Shape{len(all)}, all)
	word := ops.Take(table, ops.Clip(x, 0, float64(len(all)-1)), 0)
	known := ops.LogicalAnd(ops.GreaterEqual(x, 0), ops.Less(x, len(all)))
	return ops.Where(known, word, ops.FullLike(x, float64(l.OOVToken)))
}

// KeepInputDtype marks the layer as one that takes integers as they come.
func (l *IntegerLookup) KeepInputDtype() {}

// SetVocabulary sets the words, without the places of the mask and of unknown ones. It takes effect at the next call.
func (l *IntegerLookup) SetVocabulary(vocabulary any) error {
	words, err := intList(vocabulary)
	if err != nil {
		return fmt.Errorf("layers: IntegerLookup.SetVocabulary: %w", err)
	}
	seen := map[int]bool{}
	for _, w := range words {
		if seen[w] {
			return fmt.Errorf("layers: IntegerLookup.SetVocabulary: %d is there twice", w)
		}
		seen[w] = true
	}
	l.Vocabulary = words
	return nil
}

// Adapt makes a vocabulary of the integers in a data set, the most frequent first, larger ones first among equals, at most
// MaxTokens with the special places.
func (l *IntegerLookup) Adapt(ctx context.Context, d data.Dataset) error {
	r := config.Resolve(l)
	count := map[int]int{}
	for b, err := range d.Batches(data.Options{}) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("layers: IntegerLookup.Adapt: %w", err)
		}
		t, err := data.Tensor(b.X)
		if err != nil {
			return fmt.Errorf("layers: IntegerLookup.Adapt: %w", err)
		}
		for _, w := range data.Ints(t) {
			count[w]++
		}
	}
	special := r.NumOOVIndices
	if mask, ok := config.Number(r.MaskToken); ok {
		delete(count, int(mask))
		special++
	}
	if len(count) == 0 {
		return errors.New("layers: IntegerLookup.Adapt: the data set is empty")
	}
	words := slices.SortedFunc(maps.Keys(count), func(a, b int) int { return cmp.Or(count[b]-count[a], b-a) })
	if r.MaxTokens > 0 {
		words = words[:min(len(words), max(r.MaxTokens-special, 0))]
	}
	l.Vocabulary = words
	return nil
}

func init() { register(&IntegerLookup{}) }
