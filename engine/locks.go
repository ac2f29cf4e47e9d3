package engine

import (
	"slices"
	"sync"

	"github.com/gorgonin/gorgonin/graph"
)

// locks are the locks of a function's parameters, each list in ascending order of their ids. A run holds the step locks of
// the parameters that it updates from start to end, so that two trainers follow one another; it read-holds the data of
// what it reads while it computes, and write-holds what it updates while it writes. Thus a run beside a trainer sees
// the parameters as they were before a step or after it.
type locks struct {
	steps  []*sync.Mutex
	reads  []*sync.RWMutex
	writes []*sync.RWMutex
}

func newLocks(t *template) (l locks) {
	byID := func(a, b *graph.Param) int {
		if a.ID() < b.ID() {
			return -1
		}
		return 1
	}
	for _, p := range slices.SortedFunc(slices.Values(t.read()), byID) {
		_, data := p.Locks()
		l.reads = append(l.reads, data)
	}
	var updated []*graph.Param
	for _, u := range t.updates {
		updated = append(updated, u.Param)
	}
	slices.SortFunc(updated, byID)
	for _, p := range updated {
		step, data := p.Locks()
		l.steps = append(l.steps, step)
		l.writes = append(l.writes, data)
	}
	return l
}

// begin starts a step: its parameters are its own, and do not change while it reads.
func (l *locks) begin() {
	for _, m := range l.steps {
		m.Lock()
	}
	for _, m := range l.reads {
		m.RLock()
	}
}

// endReading lets others write what the run has read.
func (l *locks) endReading() {
	for _, m := range l.reads {
		m.RUnlock()
	}
}

// write runs apply while nobody reads or writes what the run updates.
func (l *locks) write(apply func()) {
	for _, m := range l.writes {
		m.Lock()
	}
	defer func() {
		for _, m := range l.writes {
			m.Unlock()
		}
	}()
	apply()
}

// end ends the step.
func (l *locks) end() {
	for _, m := range l.steps {
		m.Unlock()
	}
}
