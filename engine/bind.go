package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// lookup returns the program for inputs of the given ranks and sizes, binding it if it is not in the cache.
func (f *Function) lookup(dims []int) (*bound, error) {
	if b := f.cached(dims); b != nil {
		return b, nil
	}
	f.bindMu.Lock() // one goroutine binds, the others find its result
	defer f.bindMu.Unlock()
	if b := f.cached(dims); b != nil {
		return b, nil
	}
	shapes := unpack(dims)
	if err := f.checkShapes(shapes); err != nil {
		return nil, err
	}
	b, err := f.bind(shapes)
	if err != nil {
		return nil, fmt.Errorf("%s with %s: %w", f.c.Name, f.fed(shapes), err)
	}
	b.key = slices.Clone(dims)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.binds++
	f.bound = slices.Insert(f.bound, 0, b)
	if len(f.bound) > f.c.CacheSize {
		f.bound = slices.Delete(f.bound, f.c.CacheSize, len(f.bound))
	}
	return b, nil
}

// cached finds a program and makes it the most recently used.
func (f *Function) cached(dims []int) *bound {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, b := range f.bound {
		if slices.Equal(b.key, dims) {
			copy(f.bound[1:i+1], f.bound[:i])
			f.bound[0] = b
			return b
		}
	}
	return nil
}

// bind makes the program for inputs of the given shapes.
func (f *Function) bind(shapes []graph.Shape) (*bound, error) {
	fn, err := f.t.lower(&f.c, f.backend, shapes)
	if err != nil {
		return nil, err
	}
	exe, err := f.backend.Compile(fn)
	if err != nil {
		return nil, err
	}
	b := &bound{f: fn, exe: exe, needed: make([]bool, len(fn.Inputs))}
	for n := range graph.Walk(fn.Roots()...) {
		if i := slices.Index(fn.Inputs, n); i >= 0 {
			b.needed[i] = true
		}
	}
	return b, nil
}

// unpack turns ranks and sizes in a row into shapes.
func unpack(dims []int) []graph.Shape {
	var shapes []graph.Shape
	for len(dims) > 0 {
		rank := dims[0]
		shapes = append(shapes, graph.Shape(slices.Clone(dims[1:1+rank])))
		dims = dims[1+rank:]
	}
	return shapes
}

// fed lists the inputs with the shapes that are fed.
func (f *Function) fed(shapes []graph.Shape) string {
	if len(shapes) == 0 {
		return "no inputs"
	}
	parts := make([]string, len(shapes))
	for i, s := range shapes {
		parts[i] = fmt.Sprintf("%s %v", f.t.inputs[i].Name(), s)
	}
	return strings.Join(parts, ", ")
}

// checkShapes compares what is fed with the inputs' specs, and axes of one name with each other.
func (f *Function) checkShapes(shapes []graph.Shape) error {
	type place struct{ input, axis, size int }
	first := map[string]place{}
	for i, s := range shapes {
		n := f.t.inputs[i]
		if _, ok := graph.Same(n.Shape(), s); !ok {
			return fmt.Errorf("%s: input %s has the shape %v, what is fed has %v%s", f.c.Name, n.Name(), n.Shape(), s, batchHint(n.Shape(), s))
		}
		for axis, size := range s {
			name := f.t.axes[i][axis]
			if name == "" {
				continue
			}
			p, met := first[name]
			if !met {
				first[name] = place{i, axis, size}
			} else if p.size != size {
				return fmt.Errorf("%s: %s is %d in %s axis %d and %d in %s axis %d", f.c.Name, name, p.size, f.t.inputs[p.input].Name(), p.axis, size, n.Name(), axis)
			}
		}
	}
	return nil
}

// batchHint helps with the most frequent mistake.
func batchHint(want, got graph.Shape) string {
	if len(want) == len(got)+1 {
		if _, ok := graph.Same(want[1:], got); ok {
			return ": the batch axis is missing; one sample has the shape " + want.With(0, 1).String()
		}
	}
	return ""
}
