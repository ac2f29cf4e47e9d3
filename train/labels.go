package train

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"gorgonia.org/tensor"
)

// checkLabels finds class numbers outside 0..classes-1 for a loss that takes them. Inside the compiled step they would
// count as no class at all, which trains in silence on nothing.
func checkLabels(l losses.Like, y *tensor.Dense, output graph.Shape) error {
	loss, err := lossFor(l, graph.Shape(y.Shape()), output)
	if err != nil {
		return err
	}
	sparse, ok := loss.(losses.SparseCategoricalCrossentropy)
	if !ok {
		return nil
	}
	axis := sparse.Axis
	if axis == 0 {
		axis = -1
	}
	classes := output.Dim(axis)
	if classes <= 0 { // known only at run time
		return nil
	}
	for i, v := range data.Float64s(y) {
		if sparse.IgnoreClass != nil && v == float64(*sparse.IgnoreClass) {
			continue
		}
		if v < 0 || v >= float64(classes) || v != math.Trunc(v) {
			return fmt.Errorf("the label at position %d is %v: class numbers of %d classes are whole and lie in 0..%d", i, v, classes, classes-1)
		}
	}
	return nil
}

// classWeights are the sample weights that give every row the weight of its class. y is (rows,), (rows, 1) with class
// numbers, or (rows, classes) with one-hot rows.
func classWeights(y *tensor.Dense, weight map[int]float64) (*tensor.Dense, error) {
	shape := graph.Shape(y.Shape())
	var classes []int
	switch {
	case shape.Rank() == 1 || shape.Rank() == 2 && shape[1] == 1:
		for _, v := range data.Float64s(y) {
			classes = append(classes, int(math.RoundToEven(v)))
		}
	case shape.Rank() == 2:
		classes = data.Argmax(y)
	default:
		return nil, fmt.Errorf("ClassWeight needs one class for each row, y is %v", shape)
	}
	out := make([]float32, len(classes))
	for i, c := range classes {
		out[i] = 1
		if w, ok := weight[c]; ok {
			out[i] = float32(w)
		}
	}
	return data.Of(out)
}
