package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	wordStart = regexp.MustCompile(`(.)([A-Z][a-z]+)`)
	caseEdge  = regexp.MustCompile(`([a-z])([A-Z])`)
)

// Snake writes a class name as Keras names its instances: Conv2D is "conv2d", ReLU is "re_lu".
func Snake(name string) string {
	name = wordStart.ReplaceAllString(name, "${1}_${2}")
	return strings.ToLower(caseEdge.ReplaceAllString(name, "${1}_${2}"))
}

// Unknown is the error for a name that is not among known: it lists the closest ones.
func Unknown(kind, name string, known []string) error {
	known = alike(name, known)
	close := Closest(name, known)
	switch {
	case len(close) > 0:
		return fmt.Errorf("unknown %s %q: did you mean %s?", kind, name, strings.Join(close, " or "))
	case len(known) > 0 && len(known) <= 12:
		return fmt.Errorf("unknown %s %q: known are %s", kind, name, strings.Join(known, ", "))
	}
	return fmt.Errorf("unknown %s %q", kind, name)
}

// Closest lists up to three of the known names that a typing mistake turns into name.
func Closest(name string, known []string) []string {
	type match struct {
		name string
		d    int
	}
	var found []match
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d <= max(1, len(k)/3) {
			found = append(found, match{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return a.d - b.d })
	var out []string
	for _, m := range found[:min(3, len(found))] {
		out = append(out, fmt.Sprintf("%q", m.name))
	}
	return out
}

// alike keeps the names in the style of name: without capitals if it has none.
func alike(name string, known []string) []string {
	if name != strings.ToLower(name) {
		return known
	}
	out := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k != strings.ToLower(k) })
	if len(out) == 0 {
		return known
	}
	return out
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost = 1 + min(diag, row[j], row[j+1])
			}
			diag, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
