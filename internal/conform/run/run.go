// Package run runs conformance cases and reports what passed. [Main] is the command; [All] runs the cases.
package run

import (
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
)

// Runner runs one case against gorgonin; nil means that it agrees with what was recorded. It is called from several
// goroutines.
type Runner func(*cases.Case) error

// Runners are the runners of the categories.
type Runners map[string]Runner

// Options of [All].
type Options struct {
	Workers int           // cases that run at the same time
	Timeout time.Duration // after which a case counts as failed; its goroutine is left behind
}

// Result is the outcome of one case.
type Result struct {
	Category string  `json:"category"`
	ID       string  `json:"id"`
	Passed   bool    `json:"passed"`
	Kind     Failure `json:"kind,omitempty"`
	Reason   string  `json:"reason,omitempty"`  // what failures are grouped by
	Message  string  `json:"message,omitempty"` // the whole error
	Seconds  float64 `json:"seconds"`
}

// Failure says in what way a case failed.
type Failure string

// The ways to fail.
const (
	Unsupported Failure = "unsupported" // the runner said so, or there is none
	Differs     Failure = "differs"     // a result is not what was recorded
	Panicked    Failure = "panic"
	TimedOut    Failure = "timeout"
	Unreadable  Failure = "unreadable" // the case itself cannot be loaded
	Failed      Failure = "error"      // any other error
)

// All runs the cases and returns their results in the same order.
func All(refs []cases.Ref, runners Runners, o Options) []Result {
	results := make([]Result, len(refs))
	next := make(chan int)
	var wait sync.WaitGroup
	for range max(o.Workers, 1) {
		wait.Go(func() {
			for i := range next {
				results[i] = one(refs[i], runners[refs[i].Category], o.Timeout)
			}
		})
	}
	for i := range refs {
		next <- i
	}
	close(next)
	wait.Wait()
	return results
}

func one(ref cases.Ref, runner Runner, timeout time.Duration) Result {
	start := time.Now()
	result := Result{Category: ref.Category, ID: ref.ID}
	done := make(chan error, 1)
	go func() { done <- guarded(ref, runner) }()
	var err error
	select {
	case err = <-done:
	case <-time.After(timeout):
		err = timeoutError{timeout}
	}
	result.Seconds = time.Since(start).Seconds()
	if err == nil {
		result.Passed = true
		return result
	}
	result.Kind, result.Reason = classify(err)
	result.Message = err.Error()
	return result
}

// guarded loads and runs one case; a panic becomes an error.
func guarded(ref cases.Ref, runner Runner) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, where(string(debug.Stack()))}
		}
	}()
	if runner == nil {
		return cases.ErrUnsupported{What: "category " + ref.Category}
	}
	c, err := cases.Load(ref.Dir)
	if err != nil {
		return unreadableError{err}
	}
	return runner(c)
}

type panicError struct {
	value any
	at    string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v (%s)", e.value, e.at) }

type unreadableError struct{ error }

type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string { return fmt.Sprintf("still running after %v", e.after) }

// where finds the line that panicked in a stack trace: the first position below the call of panic.
func where(stack string) string {
	lines := strings.Split(stack, "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "panic(") })
	for _, line := range lines[at+1:] {
		if file, ok := strings.CutPrefix(line, "\t"); ok && !strings.Contains(file, "/runtime/") {
			position, _, _ := strings.Cut(file, " ")
			return position
		}
	}
	return "position unknown"
}

// classify tells how a case failed and which failures belong together.
func classify(err error) (Failure, string) {
	var unsupported cases.ErrUnsupported
	var panicked *panicError
	var grouped interface{ Reason() string }
	switch {
	case errors.As(err, new(unreadableError)):
		return Unreadable, general(err.Error())
	case errors.As(err, new(timeoutError)):
		return TimedOut, "timeout"
	case errors.As(err, &panicked):
		return Panicked, general(err.Error())
	case errors.As(err, &unsupported):
		return Unsupported, unsupported.What
	case errors.As(err, &grouped):
		return Differs, grouped.Reason()
	}
	return Failed, general(err.Error())
}

var numbers = regexp.MustCompile(`-?\d+(\.\d+)?(e[+-]?\d+)?`)

// general cuts a message down to what it has in common with the same mistake elsewhere: one line without numbers.
func general(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	text := []rune(numbers.ReplaceAllString(line, "#"))
	return string(text[:min(len(text), 160)])
}
