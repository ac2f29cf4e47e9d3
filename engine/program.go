package engine

import (
	"fmt"
	"io"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
)

// WriteProgram writes what the function computes: the graph before sizes are bound, then, for each combination of input
// sizes that was run and is still kept, the graph after all passes and the backend's steps.
func (f *Function) WriteProgram(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "function %s: inputs %s\n", f.c.Name, names(f.t.inputs)); err != nil {
		return err
	}
	if err := write(w, f.t.roots(), f.t.updates); err != nil {
		return err
	}
	f.mu.Lock()
	kept := append([]*bound{}, f.bound...)
	f.mu.Unlock()
	for _, b := range kept {
		if _, err := fmt.Fprintf(w, "\nwith %s\n", f.fed(unpack(b.key))); err != nil {
			return err
		}
		if err := write(w, b.f.Roots(), b.f.Updates); err != nil {
			return err
		}
		if r, ok := b.exe.(backend.Reporter); ok {
			if _, err := fmt.Fprintf(w, "steps of %s\n%s", f.backend.Name(), r.Program()); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes the nodes and the updates.
func write(w io.Writer, roots graph.Nodes, updates []graph.Update) error {
	if err := roots[0].Graph().WriteText(w, roots...); err != nil {
		return err
	}
	for _, u := range updates {
		if _, err := fmt.Fprintf(w, "  update %s = %s\n", u.Param.Path(), u.Value.Name()); err != nil {
			return err
		}
	}
	return nil
}
