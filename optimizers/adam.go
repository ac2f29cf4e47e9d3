package optimizers

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Adam scales moving averages of the gradient by those of its square (Kingma and Ba, 2014, arXiv:1412.6980): m and v move
// towards g and g² by 1 - Beta1 and 1 - Beta2, w -= rate·√(1 - Beta2ᵗ)/(1 - Beta1ᵗ) · m/(√v + Epsilon).
// https://keras.io/api/optimizers/adam
type Adam struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-7"`
	AMSGrad      bool               `keras:"amsgrad"` // v is the largest so far (Reddi et al., 2018)
	Common
}

// Updates builds one step.
func (o *Adam) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *Adam) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *Adam) slots(*graph.Param) [][]slot {
	return moments{o.Beta1, o.Beta2, o.Epsilon, o.AMSGrad}.slots()
}

func (o *Adam) apply(u *update) *graph.Node {
	return moments{o.Beta1, o.Beta2, o.Epsilon, o.AMSGrad}.apply(u)
}

// AdamW is Adam with weight decay, 0.004 unless set (Loshchilov and Hutter, 2017, arXiv:1711.05101).
// https://keras.io/api/optimizers/adamw
type AdamW struct {
	LearningRate float64            `default:"0.001"`
	Schedule     schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	Beta1        float64            `keras:"beta_1" default:"0.9"`
	Beta2        float64            `keras:"beta_2" default:"0.999"`
	Epsilon      float64            `default:"1e-7"`
	AMSGrad      bool               `keras:"amsgrad"` // v is the largest so far (Reddi et al., 2018)
	Common
	// WeightDecay is Common's with a default: graph.Zero for none.
	WeightDecay float64 `default:"0.004"`
}

// Updates builds one step.
func (o *AdamW) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	return updatesOf(o, params, grads)
}

func (o *AdamW) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

func (o *AdamW) decay(*graph.Param) float64 { return either(o.Common.WeightDecay, o.WeightDecay) }

// Config writes the decay that holds, whichever of the two fields was set.
func (o *AdamW) Config(fields map[string]any) (map[string]any, error) {
	return o.Common.withDecay(fields)
}

// withDecay is Config of an optimizer with a WeightDecay of its own, which Common's replaces where it is set.
func (c *Common) withDecay(fields map[string]any) (map[string]any, error) {
	switch c.WeightDecay {
	case 0:
	case graph.Zero:
		fields["weight_decay"] = config.Float(0)
	default:
		fields["weight_decay"] = config.Float(c.WeightDecay)
	}
	return c.Config(fields)
}

// either is the first value if it is set, else the second, which has a default.
func either(set, otherwise float64) float64 {
	if set != 0 {
		return set
	}
	return otherwise
}

func (o *AdamW) slots(*graph.Param) [][]slot {
	return moments{o.Beta1, o.Beta2, o.Epsilon, o.AMSGrad}.slots()
}

func (o *AdamW) apply(u *update) *graph.Node {
	return moments{o.Beta1, o.Beta2, o.Epsilon, o.AMSGrad}.apply(u)
}

// moments is the rule of Adam.
type moments struct {
	beta1, beta2, epsilon float64
	amsgrad               bool
}

func (m moments) slots() [][]slot {
	if m.amsgrad {
		return [][]slot{pair("momentum", "velocity"), one("velocity_hat")}
	}
	return [][]slot{pair("momentum", "velocity")}
}

func (m moments) apply(u *update) *graph.Node {
	mean := u.mix("momentum", u.grad, m.beta1)
	v := u.mix("velocity", ops.Square(u.grad), m.beta2)
	if m.amsgrad {
		v = u.set("velocity_hat", ops.Maximum(u.get("velocity_hat"), v))
	}
	alpha := ops.Div(ops.Mul(u.lr, ops.Sqrt(u.corrected(m.beta2))), u.corrected(m.beta1))
	return ops.Sub(u.w, ops.Div(ops.Mul(mean, alpha), ops.Add(ops.Sqrt(v), m.epsilon)))
}

func init() {
	registry.Add("Adam", &Adam{})
	registry.Add("AdamW", &AdamW{}, "adamw")
}
