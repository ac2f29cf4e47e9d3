package metrics

import (
	"fmt"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
)

// IoU is the intersection over union, tp / (tp + fp + fn), of the classes TargetClassIDs, averaged over those that occur.
// Targets and predictions are class numbers; with DenseYTrue or DenseYPred they are one-hot or probabilities along Axis.
// Elements of the class IgnoreClass do not count. Totals, and so weights, are of type Dtype.
// See https://keras.io/api/metrics/segmentation_metrics/.
type IoU struct {
	NumClasses     int
	TargetClassIDs []int `keras:"target_class_ids"`
	IgnoreClass    *int
	DenseYTrue     bool        `keras:"sparse_y_true,not"`
	DenseYPred     bool        `keras:"sparse_y_pred,not"`
	Axis           int         `default:"-1"`
	Name           string      `default:"io_u"`
	Dtype          graph.Dtype `default:"int64"`
}

// Call counts the elements of yTrue and yPred; the result is a float32 scalar.
func (m IoU) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	m = config.Resolve(m)
	if bad := missing("iou", yTrue, yPred); bad != nil {
		return bad
	}
	if err := m.check(); err != nil {
		return graph.FailCall("iou", err, yTrue, yPred)
	}
	if m.DenseYTrue {
		yTrue = ops.Argmax(yTrue, m.Axis)
	}
	if m.DenseYPred {
		yPred = ops.Argmax(yPred, m.Axis)
	}
	total := acc.Sum("total_confusion_matrix", m.matrix(yTrue, yPred, sampleWeight))
	if total.Poisoned() {
		return total
	}
	return m.score(ops.Cast(total, graph.Float32))
}

func (m IoU) check() error {
	if m.NumClasses < 1 {
		return fmt.Errorf("NumClasses is %d: it must be above 0", m.NumClasses)
	}
	if len(m.TargetClassIDs) == 0 {
		return fmt.Errorf("there are no TargetClassIDs: name at least one class")
	}
	for _, id := range m.TargetClassIDs {
		if id < 0 || id >= m.NumClasses {
			return fmt.Errorf("TargetClassIDs holds %d: there are %d classes, from 0", id, m.NumClasses)
		}
	}
	return nil
}

// matrix is the confusion matrix of a batch, (target, prediction), of type Dtype.
func (m IoU) matrix(yTrue, yPred, weight *graph.Node) *graph.Node {
	t, p := ops.Reshape(ops.Cast(yTrue, graph.Int32), -1), ops.Reshape(ops.Cast(yPred, graph.Int32), -1)
	if bad := missing("iou", t, p); bad != nil {
		return bad
	}
	if _, ok := graph.Same(t.Shape(), p.Shape()); !ok {
		return fail("iou", graph.Nodes{yTrue, yPred}, "yTrue %v and yPred %v do not fit: both give a class for each element", yTrue.Shape(), yPred.Shape())
	}
	rows, columns := float(m.oneHot(t)), float(m.oneHot(p))
	if m.IgnoreClass != nil {
		rows = ops.Mul(rows, ops.ExpandDims(float(ops.NotEqual(t, *m.IgnoreClass)), -1))
	}
	if weight != nil {
		w := float(ops.Cast(weight, m.Dtype)) // an integer Dtype cuts fractions off, as in Keras
		if w.Shape().Rank() > 1 {
			w = ops.Reshape(w, -1)
		}
		if _, err := graph.BroadcastShapes(w.Shape(), t.Shape()); err != nil || w.Poisoned() {
			return fail("iou", graph.Nodes{weight, yTrue}, "the sample weights %v do not fit the targets %v: give one weight per element", weight.Shape(), yTrue.Shape())
		}
		columns = ops.Mul(columns, ops.ExpandDims(ops.BroadcastLike(w, t), -1))
	}
	return ops.Cast(ops.MatMul(ops.Transpose(rows), columns), m.Dtype)
}

// oneHot is true at the class of each element: (elements, classes).
func (m IoU) oneHot(x *graph.Node) *graph.Node {
	ids := make([]int32, m.NumClasses)
	for i := range ids {
		ids[i] = int32(i)
	}
	return ops.Equal(ops.ExpandDims(x, -1), x.Graph().Const(ids))
}

// score averages over the target classes that occur in targets or predictions; 0 if none does.
func (m IoU) score(cm *graph.Node) *graph.Node {
	chosen := make([]float32, m.NumClasses) // how often each class is named
	for _, id := range m.TargetClassIDs {
		chosen[id]++
	}
	pick := cm.Graph().Const(chosen)
	both := ops.Diagonal(cm, 0, 0, 1)
	union := ops.Sub(ops.Add(ops.Sum(cm, 0), ops.Sum(cm, 1)), both)
	ratios := ops.Div(both, ops.Add(union, epsilon))
	occur := ops.Mul(float(ops.Greater(union, 1e-9)), pick)
	return ops.DivideNoNaN(ops.Sum(ops.Mul(ratios, pick)), ops.Sum(occur))
}

// MeanIoU is [IoU] averaged over all classes. See https://keras.io/api/metrics/segmentation_metrics/.
type MeanIoU struct {
	NumClasses  int
	IgnoreClass *int
	DenseYTrue  bool        `keras:"sparse_y_true,not"`
	DenseYPred  bool        `keras:"sparse_y_pred,not"`
	Axis        int         `default:"-1"`
	Name        string      `default:"mean_io_u"`
	Dtype       graph.Dtype `default:"int64"`
}

// Call counts the elements of yTrue and yPred; the result is a float32 scalar.
func (m MeanIoU) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return IoU{
		NumClasses: m.NumClasses, TargetClassIDs: upTo(m.NumClasses), IgnoreClass: m.IgnoreClass,
		DenseYTrue: m.DenseYTrue, DenseYPred: m.DenseYPred, Axis: m.Axis, Dtype: m.Dtype,
	}.Call(acc, yTrue, yPred, sampleWeight)
}

// upTo lists 0 to n-1.
func upTo(n int) []int {
	out := make([]int, max(n, 0))
	for i := range out {
		out[i] = i
	}
	return out
}

// BinaryIoU is [IoU] of the classes 0 and 1, or of those in TargetClassIDs; a prediction of at least Threshold is class 1.
// See https://keras.io/api/metrics/segmentation_metrics/.
type BinaryIoU struct {
	TargetClassIDs []int       `keras:"target_class_ids"` // nil: 0 and 1
	Threshold      float64     `default:"0.5"`
	Name           string      `default:"binary_io_u"`
	Dtype          graph.Dtype `default:"int64"`
}

// Call counts the elements of yTrue and yPred; the result is a float32 scalar.
func (m BinaryIoU) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	if bad := missing("binary_iou", yTrue, yPred); bad != nil {
		return bad
	}
	if m.TargetClassIDs == nil {
		m.TargetClassIDs = upTo(2)
	}
	above := ops.GreaterEqual(float(yPred), config.Resolve(m).Threshold)
	return IoU{NumClasses: 2, TargetClassIDs: m.TargetClassIDs, Dtype: m.Dtype}.Call(acc, yTrue, above, sampleWeight)
}

// OneHotIoU is [IoU] for one-hot targets, and predictions that are probabilities, or class numbers with SparseYPred.
// See https://keras.io/api/metrics/segmentation_metrics/.
type OneHotIoU struct {
	NumClasses     int
	TargetClassIDs []int `keras:"target_class_ids"`
	IgnoreClass    *int
	SparseYPred    bool
	Axis           int         `default:"-1"`
	Name           string      `default:"one_hot_io_u"`
	Dtype          graph.Dtype `default:"int64"`
}

// Call counts the elements of yTrue and yPred; the result is a float32 scalar.
func (m OneHotIoU) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return IoU{
		NumClasses: m.NumClasses, TargetClassIDs: m.TargetClassIDs, IgnoreClass: m.IgnoreClass,
		DenseYTrue: true, DenseYPred: !m.SparseYPred, Axis: m.Axis, Dtype: m.Dtype,
	}.Call(acc, yTrue, yPred, sampleWeight)
}

// OneHotMeanIoU is [OneHotIoU] averaged over all classes. See https://keras.io/api/metrics/segmentation_metrics/.
type OneHotMeanIoU struct {
	NumClasses  int
	IgnoreClass *int
	SparseYPred bool
	Axis        int         `default:"-1"`
	Name        string      `default:"one_hot_mean_io_u"`
	Dtype       graph.Dtype `default:"int64"`
}

// Call counts the elements of yTrue and yPred; the result is a float32 scalar.
func (m OneHotMeanIoU) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return OneHotIoU{
		NumClasses: m.NumClasses, TargetClassIDs: upTo(m.NumClasses), IgnoreClass: m.IgnoreClass,
		SparseYPred: m.SparseYPred, Axis: m.Axis, Dtype: m.Dtype,
	}.Call(acc, yTrue, yPred, sampleWeight)
}

func init() {
	registry.Add("IoU", IoU{})
	registry.Add("MeanIoU", MeanIoU{})
	registry.Add("BinaryIoU", BinaryIoU{})
	registry.Add("OneHotIoU", OneHotIoU{})
	registry.Add("OneHotMeanIoU", OneHotMeanIoU{})
}
