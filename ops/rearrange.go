package ops

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// Rearrange reorders, splits and merges axes by a pattern in the style of einops: "b (h w) c -> b h w c" splits an axis, of whose
// parts all but one have their size in sizes, "b h w c -> b (h w c)" merges axes. Every name stands once on each side. See
// https://keras.io/api/ops/einops/.
func Rearrange(x *graph.Node, pattern string, sizes map[string]int) *graph.Node {
	if !ready(x) {
		return refuse("rearrange", x)
	}
	fail := func(err error) *graph.Node {
		return x.Graph().Fail("rearrange", fmt.Errorf("pattern %q: %w", pattern, err), x)
	}
	left, right, ok := strings.Cut(pattern, "->")
	if !ok {
		return fail(errors.New(`it has no "->"`))
	}
	from, err := parseGroups(left)
	if err != nil {
		return fail(err)
	}
	to, err := parseGroups(right)
	if err != nil {
		return fail(err)
	}
	names, order := slices.Concat(from...), slices.Concat(to...)
	if !slices.Equal(slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(order))) {
		return fail(errors.New("both sides must have the same names"))
	}
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) < len(names) {
		return fail(errors.New("a name stands twice on one side"))
	}
	if len(from) != x.Shape().Rank() {
		return fail(fmt.Errorf("its left side has %d axes, shape %v has %d", len(from), x.Shape(), x.Shape().Rank()))
	}
	y, at := x, 0
	for _, group := range from {
		if y, err = splitGroup(y, at, group, sizes); err != nil {
			return fail(err)
		}
		at += len(group)
	}
	perm := make([]int, len(order))
	for i, name := range order {
		perm[i] = slices.Index(names, name)
	}
	if len(perm) > 0 {
		y = Transpose(y, perm...)
	}
	for i, group := range to {
		y = mergeOrAdd(y, i, len(group))
	}
	return y
}

// parseGroups reads one side of a pattern: a name alone is a group of one.
func parseGroups(side string) (groups [][]string, err error) {
	side = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(side)
	open := false
	for _, word := range strings.Fields(side) {
		switch {
		case word == "(" && !open:
			open = true
			groups = append(groups, nil)
		case word == ")" && open:
			open = false
		case word == "(" || word == ")":
			return nil, errors.New("its parentheses do not match")
		case open:
			groups[len(groups)-1] = append(groups[len(groups)-1], word)
		default:
			groups = append(groups, []string{word})
		}
	}
	if open {
		return nil, errors.New("its parentheses do not match")
	}
	return groups, nil
}

// splitGroup splits axis at of x into the axes of a group.
func splitGroup(x *graph.Node, at int, group []string, sizes map[string]int) (*graph.Node, error) {
	if len(group) == 0 {
		return Squeeze(x, at), nil
	}
	if len(group) == 1 {
		if n, ok := sizes[group[0]]; ok && x.Shape()[at] != graph.None && x.Shape()[at] != n {
			return nil, fmt.Errorf("axis %q is %d, its size is given as %d", group[0], x.Shape()[at], n)
		}
		return x, nil
	}
	parts := make([]int, len(group))
	open := 0
	for i, name := range group {
		n, ok := sizes[name]
		if !ok {
			n = -1
			open++
		}
		parts[i] = n
	}
	if open > 1 {
		return nil, fmt.Errorf("the sizes of %d axes of (%s) are missing: give all but one", open, strings.Join(group, " "))
	}
	dims := slices.Replace(keepAll(x.Shape().Rank()), at, at+1, parts...)
	return reshapeKeeping(x, dims), nil
}
