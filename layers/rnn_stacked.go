package layers

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
)

// StackedRNNCells is several cells as one: each takes the output of the one before. Its states are those of the cells, in
// order. x: (batch, features) to the output of the last cell. Weights: those of the cells.
// https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell
type StackedRNNCells struct {
	Cells []Cell
	Name  string
	Base
}

// StateShapes are those of the cells, in order.
func (l *StackedRNNCells) StateShapes(in graph.Shape) []graph.Shape {
	var out []graph.Shape
	for _, cell := range l.Cells {
		shapes := cell.StateShapes(in)
		if out = append(out, shapes...); len(shapes) > 0 { // the first state is as large as the output, as Keras takes it
			in = append(graph.Shape{graph.None}, shapes[0]...)
		}
	}
	return out
}

// Step: x (batch, features) and the states of all cells to the output of the last cell and the next states.
func (l *StackedRNNCells) Step(c *Context, x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
	return l.plan(c, x.Shape(), x).one(x, states)
}

// plan takes the input of the first cell out of the loop. The weights and the dropout masks of the others follow from nodes
// outside, too, wherever they are made.
func (l *StackedRNNCells) plan(c *Context, in graph.Shape, like *graph.Node) plan {
	if len(l.Cells) == 0 {
		return plan{bad: c.Errorf("Cells is empty, want at least 1 cell")}
	}
	names := l.names()
	first := planWithin(c, names[0], l.Cells[0], in, like)
	if first.bad != nil {
		return first
	}
	state := -1
	if _, ok := l.Cells[len(l.Cells)-1].(planner); ok {
		last := l.Cells[len(l.Cells)-1]
		state = len(l.StateShapes(in)) - len(last.StateShapes(in))
	}
	return plan{
		input: first.input,
		state: state,
		step: func(x *graph.Node, states graph.Nodes) (*graph.Node, graph.Nodes) {
			n := len(l.Cells[0].StateShapes(in))
			y, next := first.step(x, states[:n])
			for i, cell := range l.Cells[1:] {
				if y.Poisoned() {
					return y, poisoned(len(states), y)
				}
				p := planWithin(c, names[i+1], cell, y.Shape(), like)
				k := len(cell.StateShapes(y.Shape()))
				var more graph.Nodes
				y, more = p.one(y, states[n:n+k])
				next, n = append(next, more...), n+k
			}
			return y, next
		},
	}
}

// planWithin is the plan of a cell inside another part.
func planWithin(c *Context, name string, cell Cell, in graph.Shape, like *graph.Node) plan {
	if cell == nil {
		return plan{bad: c.Errorf("Cells holds a nil cell")}
	}
	inner := c.Enter(name, cell)
	defer inner.seeded()()
	return planOf(inner, cell, in, like)
}

// names are the names of the cells in the paths of weights: their own, or those of their classes with a number.
func (l *StackedRNNCells) names() []string {
	return numbered(l.Cells, func(cell Cell) string { return partName(cell) })
}

// FileName is the name of a cell in Keras's files.
func (l *StackedRNNCells) FileName(sub Sub) string {
	names := numbered(l.Cells, func(cell Cell) string { return config.Snake(ClassName(cell)) })
	for i, cell := range l.Cells {
		if Part(cell) == sub.Part {
			return "cells/" + names[i]
		}
	}
	return sub.Name
}

// numbered names the elements of a list; a name that was there before gets a number.
func numbered[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	count := map[string]int{}
	for i, x := range list {
		out[i] = name(x)
		n := count[out[i]]
		if count[out[i]]++; n > 0 {
			out[i] = fmt.Sprintf("%s_%d", out[i], n)
		}
	}
	return out
}

func init() { registerCells(&StackedRNNCells{}) }
