package losses

import (
	"fmt"
	"reflect"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// Apply makes the value that is trained on: the loss of each sample, times its weight, reduced as the loss's field
// Reduction says (without one: averaged over the batch). A scalar, except for the reduction "none".
//
// sampleWeight is at most one node that broadcasts against the values: (batch,), or (batch, steps) for sequences. A mask that
// travels with yPred, or that the loss attaches to its values, weighs masked values 0; averages are over the others. The
// computation is in float32 (float64 if yPred is, or what the loss's field Dtype says), as with a loss object called in
// Keras: https://keras.io/api/losses/.
func Apply(l Like, yTrue, yPred *graph.Node, sampleWeight ...*graph.Node) *graph.Node {
	if bad := missing("loss", yTrue, yPred); bad != nil {
		return bad
	}
	loss, err := Get(l)
	reduction, dtype := settings(loss, yPred)
	switch {
	case err != nil:
	case loss == nil:
		err = fmt.Errorf("there is no loss: give a name, a loss, or a function")
	case len(sampleWeight) > 1:
		err = fmt.Errorf("%d sample weights for one output: give one, of the shape of the loss's values", len(sampleWeight))
	case !reduction.valid():
		err = fmt.Errorf("unknown reduction %q: use sum_over_batch_size, sum, mean, mean_with_sample_weight or none", reduction)
	}
	if err != nil {
		return graph.FailCall("loss", err, yTrue, yPred)
	}
	mask := graph.Mask(yPred)
	values := loss.Call(ops.Cast(yTrue, dtype), ops.Cast(yPred, dtype))
	if values == nil || values.Poisoned() {
		return graph.FailCall("loss", fmt.Errorf("%T returned a nil node", l), values, yPred)
	}
	if own := graph.Mask(values); mask == nil {
		mask = own
	} else if own != nil {
		mask = ops.LogicalAnd(mask, own)
	}
	var weight *graph.Node
	if len(sampleWeight) == 1 {
		weight = sampleWeight[0]
	}
	return reduceWeighted(ops.Cast(values, dtype), weight, mask, reduction)
}

// settings reads what a loss says of its reduction and of the type it is computed in.
func settings(l Loss, yPred *graph.Node) (Reduction, graph.Dtype) {
	reduction, dtype := SumOverBatchSize, graph.Float32
	if yPred.Dtype() == graph.Float64 {
		dtype = graph.Float64
	}
	v := reflect.Indirect(reflect.ValueOf(l))
	if v.Kind() != reflect.Struct {
		return reduction, dtype
	}
	if f := v.FieldByName("Reduction"); f.Kind() == reflect.String && f.String() != "" {
		reduction = Reduction(f.String())
	}
	if f := v.FieldByName("Dtype"); f.Kind() == reflect.String && f.String() != "" {
		dtype = graph.Dtype(f.String())
	}
	return reduction, dtype
}

// Check finds settings of a loss that no call accepts: an unknown Reduction.
func Check(l Loss) error {
	v := reflect.Indirect(reflect.ValueOf(l))
	if v.Kind() != reflect.Struct {
		return nil
	}
	f := v.FieldByName("Reduction")
	if f.Kind() != reflect.String || f.String() == "" || Reduction(f.String()).valid() {
		return nil
	}
	known := []string{string(SumOverBatchSize), string(Sum), string(Mean), string(MeanWithSampleWeight), string(None)}
	return config.Unknown("reduction", f.String(), known)
}

func (r Reduction) valid() bool {
	switch r {
	case SumOverBatchSize, Sum, Mean, MeanWithSampleWeight, None:
		return true
	}
	return false
}

// reduceWeighted multiplies values by weight and mask, both of which may be nil, and reduces.
func reduceWeighted(values, weight, mask *graph.Node, r Reduction) *graph.Node {
	if weight != nil {
		weight = ops.Cast(weight, values.Dtype())
	}
	weight = ApplyMask(weight, mask, values.Dtype(), r)
	if weight != nil {
		if weight.Poisoned() {
			return weight
		}
		shapes := []graph.Shape{values.Shape(), weight.Shape()}
		values, weight = SameRank(values, weight)
		if s, err := graph.BroadcastShapes(values.Shape(), weight.Shape()); err != nil || len(s) > values.Shape().Rank() {
			return graph.FailCall("loss", fmt.Errorf("the sample weights (or the mask) %v do not fit the values %v of the loss: give one weight per sample, or per step of it", shapes[1], shapes[0]), values, weight)
		}
		values = ops.Mul(values, weight)
	}
	return reduce(values, weight, r)
}

func reduce(values, weight *graph.Node, r Reduction) *graph.Node {
	if values.Poisoned() || r == None || values.Shape().Rank() == 0 {
		return values
	}
	sum := ops.Sum(values)
	switch {
	case r == Sum:
		return sum
	case r == MeanWithSampleWeight && weight != nil:
		return ops.DivideNoNaN(sum, ops.Sum(weight))
	}
	return ops.DivideNoNaN(sum, ops.SizeOf(values, values.Dtype()))
}

// ApplyMask multiplies a mask (true: keep) into sample weights; either may be nil. For averages over all values the weights
// are scaled by total/valid, so that the average is over the values kept. (keras.src.losses.loss.apply_mask)
func ApplyMask(weight, mask *graph.Node, d graph.Dtype, r Reduction) *graph.Node {
	if mask == nil {
		return weight
	}
	m := ops.Cast(mask, d)
	if r == Mean || r == SumOverBatchSize {
		valid := ops.Sum(m) // may be 0
		m = ops.Mul(m, ops.Div(ops.SizeOf(mask, d), ops.Add(valid, epsilon)))
	}
	if weight == nil {
		return m
	}
	m, weight = SameRank(m, ops.Cast(weight, d))
	return ops.Mul(weight, m)
}
