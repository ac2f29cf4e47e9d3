// Package table draws tables of text with box characters, in the layout of Keras's model summaries.
package table

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Align says where text stands in its column.
type Align int

// The alignments.
const (
	Left Align = iota
	Right
	Center
)

// Column is a column's title, wanted width in characters, and alignment.
type Column struct {
	Title string
	Width int
	Align Align
}

// Render draws the table with a line between rows. The columns, with a blank on each side, are narrowed evenly until the
// table is width characters wide; longer texts are wrapped, titles and words that are too long end in "…".
func Render(columns []Column, rows [][]string, width int) string {
	widths := fit(columns, width)
	var b strings.Builder
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = truncate(c.Title, widths[i]-2)
	}
	rule(&b, widths, "┏", "━", "┳", "┓")
	row(&b, columns, widths, titles, "┃")
	rule(&b, widths, "┡", "━", "╇", "┩")
	for i, r := range rows {
		if i > 0 {
			rule(&b, widths, "├", "─", "┼", "┤")
		}
		row(&b, columns, widths, r, "│")
	}
	rule(&b, widths, "└", "─", "┴", "┘")
	return b.String()
}

// fit narrows the columns evenly, rounding halves to even, from the first to the last.
func fit(columns []Column, width int) []int {
	widths := make([]int, len(columns))
	excess := len(columns) + 1 - width
	for i, c := range columns {
		widths[i] = c.Width + 2
		excess += widths[i]
	}
	for i := range widths {
		if excess <= 0 {
			break
		}
		cut := min(widths[i]-3, int(math.RoundToEven(float64(excess)/float64(len(widths)-i))))
		widths[i] -= cut
		excess -= cut
	}
	return widths
}

func rule(b *strings.Builder, widths []int, left, line, cross, right string) {
	b.WriteString(left)
	for i, w := range widths {
		if i > 0 {
			b.WriteString(cross)
		}
		b.WriteString(strings.Repeat(line, w))
	}
	b.WriteString(right + "\n")
}

func row(b *strings.Builder, columns []Column, widths []int, cells []string, bar string) {
	lines := make([][]string, len(cells))
	height := 1
	for i, c := range cells {
		lines[i] = wrap(c, widths[i]-2)
		height = max(height, len(lines[i]))
	}
	for k := range height {
		b.WriteString(bar)
		for i := range cells {
			text := ""
			if k < len(lines[i]) {
				text = lines[i][k]
			}
			b.WriteString(" " + pad(text, widths[i]-2, columns[i].Align) + " " + bar)
		}
		b.WriteString("\n")
	}
}

func pad(s string, width int, a Align) string {
	gap := max(0, width-utf8.RuneCountInString(s))
	switch a {
	case Right:
		return strings.Repeat(" ", gap) + s
	case Center:
		return strings.Repeat(" ", gap/2) + s + strings.Repeat(" ", gap-gap/2)
	}
	return s + strings.Repeat(" ", gap)
}

// wrap breaks text at blanks; a word that is too long for a line is cut.
func wrap(s string, width int) []string {
	var out []string
	var line string
	end := func() { out = append(out, truncate(strings.TrimRight(line, " "), width)) }
	for _, word := range strings.SplitAfter(s, " ") {
		if runes(line+word) > width && strings.TrimSpace(line) != "" {
			end()
			line = ""
		}
		line += word
	}
	end()
	return out
}

// truncate cuts text to a width, which then ends in "…".
func truncate(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:max(0, width-1)]) + "…"
	}
	return s
}

// runes counts the characters of a word, the blank behind it not included.
func runes(s string) int { return utf8.RuneCountInString(strings.TrimRight(s, " ")) }
