package optimizers

import (
	"slices"

	"github.com/gorgonin/gorgonin/graph"
)

// Average is a parameter and the moving average that an optimizer with UseEMA keeps of it.
type Average struct{ Param, Average *graph.Param }

// Averages lists the moving averages that an optimizer keeps: none without UseEMA, and before its state is built.
func Averages(opt Optimizer) []Average {
	var out []Average
	switch o := opt.(type) {
	case wrapper:
		for _, inner := range o.inner() {
			out = append(out, Averages(inner)...)
		}
	case rule:
		s := o.common().own(o)
		for _, p := range s.params {
			if a := s.averages[p]; a != nil {
				out = append(out, Average{p, a})
			}
		}
	}
	return out
}

// KeepsAverages reports whether the optimizer, or one inside it, is set to keep moving averages (UseEMA).
func KeepsAverages(opt Optimizer) bool {
	switch o := opt.(type) {
	case wrapper:
		return slices.ContainsFunc(o.inner(), KeepsAverages)
	case rule:
		return o.common().UseEMA
	}
	return false
}
