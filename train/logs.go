package train

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Logs are the loss and the metrics by name. Those of validation begin with "val_".
type Logs map[string]float64

// Keys lists the names as Keras orders them: alphabetically, those of validation after the others, and last the learning
// rate, which callbacks add.
func (l Logs) Keys() []string {
	group := func(k string) int {
		switch {
		case k == "learning_rate":
			return 2
		case strings.HasPrefix(k, "val_"):
			return 1
		}
		return 0
	}
	return slices.SortedFunc(maps.Keys(l), func(a, b string) int {
		return cmp.Or(group(a)-group(b), strings.Compare(a, b))
	})
}

// String writes the logs as Keras's progress bar does: "accuracy: 0.9821 - loss: 0.0613".
func (l Logs) String() string {
	parts := make([]string, 0, len(l))
	for _, k := range l.Keys() {
		parts = append(parts, k+": "+number(l[k]))
	}
	return strings.Join(parts, " - ")
}

// number writes a value with 4 decimals, a small one in exponential form.
func number(v float64) string {
	if math.Abs(v) > 1e-3 || math.IsNaN(v) {
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.4e", v)
}

// History is what Fit returns: the logs of every epoch that was run.
type History struct {
	// Epoch lists the epochs that were run, counted from 0.
	Epoch []int
	// History has, for each name in the logs, the values in the order of the epochs. Values of validation are missing for
	// epochs without one.
	History map[string][]float64
}

// add appends the logs of an epoch.
func (h *History) add(epoch int, logs Logs) {
	h.Epoch = append(h.Epoch, epoch)
	for k, v := range logs {
		h.History[k] = append(h.History[k], v)
	}
}

// Last are the latest values.
func (h *History) Last() Logs {
	out := Logs{}
	for k, v := range h.History {
		out[k] = v[len(v)-1]
	}
	return out
}

// Best is the epoch with the best value of a log, the first of equal ones, and the value. The largest is best for names
// that tell so (see [Direction]), else the smallest. Without values it is -1 and NaN.
func (h *History) Best(monitor string) (epoch int, value float64) {
	values := h.History[monitor]
	epoch, value = -1, math.NaN()
	maximize, _ := Direction(monitor)
	for i, v := range values {
		if epoch < 0 || maximize && v > value || !maximize && v < value {
			epoch, value = i, v
		}
	}
	if epoch < 0 {
		return epoch, value
	}
	return h.epochOf(monitor, epoch), value
}

// epochOf is the epoch to which value i of a log belongs. Validation may have been left out in some epochs, at the end
// of the list nearest to i: with every n-th epoch validated, value i is of the last epoch of its stretch.
func (h *History) epochOf(monitor string, i int) int {
	n := len(h.History[monitor])
	if n == len(h.Epoch) {
		return h.Epoch[i]
	}
	stretch := max(1, len(h.Epoch)/n)
	return h.Epoch[min(len(h.Epoch)-1, (i+1)*stretch-1)]
}

// The words in the names of metrics that tell which values are better.
var (
	larger  = []string{"acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "sensitivity", "specificity", "cosine", "true_positives", "true_negatives"}
	smaller = []string{"loss", "err", "mse", "mae", "mape", "msle", "entropy", "divergence", "hinge", "poisson", "cosh", "huber", "false_positives", "false_negatives"}
)

// Direction tells by the name of a log whether larger values are better; known is false for a name that does not tell.
func Direction(monitor string) (maximize, known bool) {
	name := strings.TrimPrefix(monitor, "val_")
	in := func(w string) bool { return strings.Contains(name, w) }
	switch {
	case strings.HasSuffix(name, "loss"):
		return false, true
	case slices.ContainsFunc(larger, in):
		return true, true
	}
	return false, slices.ContainsFunc(smaller, in)
}
