package train

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// console writes what Keras's progress bar does.
type console struct {
	w        io.Writer
	verbose  Verbosity
	terminal bool

	target         int // steps expected, 0 if not known
	seen           int
	began, updated time.Time
	afterFirst     time.Time
	width          int // of the line on the terminal
	columns        int // of the terminal
}

// newConsole writes to w, os.Stdout if it is nil.
func newConsole(v Verbosity, w io.Writer) *console {
	if v == Silent {
		return &console{verbose: v}
	}
	if w == nil {
		w = os.Stdout
	}
	c := &console{w: w, verbose: v}
	if f, ok := w.(*os.File); ok {
		c.terminal = term.IsTerminal(int(f.Fd()))
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			c.columns = columns
		}
	}
	if v == Auto {
		if c.verbose = Line; c.terminal {
			c.verbose = Bar
		}
	}
	return c
}

// live reports whether steps are shown.
func (c *console) live() bool { return c.verbose == Bar && c.terminal }

// epoch begins an epoch of Fit.
func (c *console) epoch(index, epochs, target int) {
	if c.verbose != Silent && epochs > 1 {
		fmt.Fprintf(c.w, "Epoch %d/%d\n", index+1, epochs)
	}
	c.start(target)
}

// start begins a line.
func (c *console) start(target int) {
	c.target, c.seen, c.width = target, 0, 0
	c.began, c.updated, c.afterFirst = time.Now(), time.Time{}, time.Time{}
}

// steps corrects the number of steps seen, when an epoch is over.
func (c *console) steps(n int) { c.seen = n }

// step shows a step, at most every 50 ms.
func (c *console) step(n int, logs Logs) {
	c.seen = n
	now := time.Now()
	if n == 1 {
		c.afterFirst = now
	}
	if !c.live() || now.Sub(c.updated) < 50*time.Millisecond {
		return
	}
	c.updated = now
	line := []rune(c.line(now, logs, false))
	if c.columns > 0 && len(line) >= c.columns { // a line that wraps cannot be overwritten
		line = line[:c.columns-1]
	}
	c.overwrite(string(line))
}

// finish ends the line.
func (c *console) finish(logs Logs) {
	if c.verbose == Silent {
		return
	}
	c.target = c.seen
	line := c.line(time.Now(), logs, true)
	if c.live() {
		c.overwrite(line)
		line, c.width = "", 0
	}
	fmt.Fprintln(c.w, line)
}

// abandon leaves a line that is begun, for what is written next.
func (c *console) abandon() {
	if c.live() && c.width > 0 {
		fmt.Fprintln(c.w)
	}
}

// overwrite replaces the line on the terminal.
func (c *console) overwrite(line string) {
	n := utf8.RuneCountInString(line)
	fmt.Fprint(c.w, "\r", line, strings.Repeat(" ", max(0, c.width-n)))
	c.width = n
}

// line is the whole line.
func (c *console) line(now time.Time, logs Logs, done bool) string {
	step := c.perStep(now)
	var b strings.Builder
	switch {
	case c.target == 0:
		fmt.Fprintf(&b, "%7d/Unknown", c.seen)
	default:
		fmt.Fprintf(&b, "%*d/%d", len(fmt.Sprint(c.target)), c.seen, c.target)
	}
	elapsed := fmt.Sprintf("%.0fs", now.Sub(c.began).Seconds())
	if c.verbose == Line {
		fmt.Fprintf(&b, " - %s - %s", elapsed, duration(step))
	} else {
		if c.target > 0 {
			full := 20 * c.seen / c.target
			b.WriteString(" " + strings.Repeat("━", full) + strings.Repeat("─", 20-full))
		}
		if c.target > 0 && !done {
			elapsed = eta(step * time.Duration(c.target-c.seen))
		}
		fmt.Fprintf(&b, " %s %s", elapsed, duration(step))
	}
	if len(logs) > 0 {
		b.WriteString(" - " + logs.String())
	}
	return b.String()
}

// perStep estimates the time of a step. The first one, which compiles, does not count.
func (c *console) perStep(now time.Time) time.Duration {
	switch {
	case c.seen == 0:
		return 0
	case c.seen > 1 && !c.afterFirst.IsZero():
		return now.Sub(c.afterFirst) / time.Duration(c.seen-1)
	}
	return now.Sub(c.began) / time.Duration(c.seen)
}

// duration writes the time of a step.
func duration(d time.Duration) string {
	switch {
	case d >= time.Second || d == 0:
		return fmt.Sprintf("%.0fs/step", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.0fms/step", float64(d)/1e6)
	}
	return fmt.Sprintf("%.0fus/step", float64(d)/1e3)
}

// eta writes the time that is left.
func eta(d time.Duration) string {
	s := int(d.Seconds())
	switch {
	case s > 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s%3600/60, s%60)
	case s > 60:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%ds", s)
}
