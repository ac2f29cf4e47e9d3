package ops

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// Einsum evaluates an equation of Einstein's summation convention, such as "bij,bjk->bik": each operand's axes are named
// by letters, and the products of the operands are added up over the letters that the result does not name. "..." stands for
// axes that broadcast, a letter twice in an operand for its diagonal. Without "->" the result has the letters that occur
// once, in alphabetical order. Operands are joined from left to right, as matrix products where possible.
// See https://keras.io/api/ops/numpy/#einsum-function.
func Einsum(equation string, in ...*graph.Node) *graph.Node {
	if len(in) == 0 {
		return graph.New("").Fail("einsum", errors.New("there are no operands"))
	}
	if !ready(in...) {
		return refuse("einsum", in...)
	}
	operands, out, err := parseEinsum(equation, in)
	if err != nil {
		return in[0].Graph().Fail("einsum", fmt.Errorf("equation %q: %w", equation, err), in...)
	}
	nodes, result := factors(in, true)
	for i := range operands {
		operands[i].n = nodes[i]
	}
	acc := operands[0]
	for i, next := range operands[1:] {
		acc = contract(acc, next, func(r rune) bool {
			later := slices.ContainsFunc(operands[i+2:], func(l labelled) bool { return slices.Contains(l.labels, r) })
			return later || slices.Contains(out, r)
		})
	}
	acc = acc.summed(func(r rune) bool { return slices.Contains(out, r) })
	return Cast(acc.arranged(out), result)
}

// dots numbers the axes under an ellipsis from the last one backwards: labels no equation can write.
const dots = '\uE000'

// parseEinsum gives labels to the axes of the operands and of the result.
func parseEinsum(equation string, in graph.Nodes) ([]labelled, []rune, error) {
	left, right, explicit := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
	terms := strings.Split(left, ",")
	if len(terms) != len(in) {
		return nil, nil, fmt.Errorf("it has %d operands, %d are given", len(terms), len(in))
	}
	operands := make([]labelled, len(in))
	count := map[rune]int{}
	widest := 0
	for i, term := range terms {
		n := in[i].Shape().Rank() - len(strings.Replace(term, "...", "", 1))
		if strings.Contains(term, "...") {
			widest = max(widest, n)
		} else if n != 0 {
			n = -1
		}
		labels, err := parseTerm(term, n)
		if err != nil {
			return nil, nil, fmt.Errorf("operand %d, %q of shape %v: %w", i, term, in[i].Shape(), err)
		}
		operands[i] = labelled{labels: labels}
		for _, r := range labels {
			count[r]++
		}
	}
	if !explicit {
		return operands, implicitResult(count), nil
	}
	out, err := parseTerm(right, widest)
	if err != nil {
		return nil, nil, fmt.Errorf("result %q: %w", right, err)
	}
	for i, r := range out {
		if count[r] == 0 || slices.Contains(out[:i], r) {
			return nil, nil, fmt.Errorf("result %q: its letter %q must occur once there and in an operand", right, r)
		}
	}
	if widest > 0 && !strings.Contains(right, "...") {
		return nil, nil, fmt.Errorf("result %q has no \"...\", the operands do", right)
	}
	return operands, out, nil
}

// parseTerm lists the labels of one operand, whose ellipsis stands for n axes.
func parseTerm(term string, n int) ([]rune, error) {
	if n < 0 {
		return nil, errors.New("it names another number of axes")
	}
	front, back, found := strings.Cut(term, "...")
	labels := []rune(front)
	if found {
		for i := n - 1; i >= 0; i-- {
			labels = append(labels, dots+rune(i))
		}
		labels = append(labels, []rune(back)...)
	}
	for _, r := range front + back {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return nil, fmt.Errorf("%q is no letter", r)
		}
	}
	return labels, nil
}

// implicitResult lists the axes under ellipses, then the letters that occur once.
func implicitResult(count map[rune]int) []rune {
	var out, letters []rune
	for r, n := range count {
		if r >= dots {
			out = append(out, r)
		} else if n == 1 {
			letters = append(letters, r)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	slices.Sort(letters)
	return append(out, letters...)
}
