package optimizers

import (
	"math"
	"regexp"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// Muon moves matrices along their momentum made orthogonal by Newton and Schulz's iteration, and everything else by AdamW
// (Jordan, 2024; Liu et al., 2025, arXiv:2502.16982). The last layer belongs in ExcludeLayers.
type Muon struct {
	LearningRate        float64            `default:"0.001"`
	Schedule            schedules.Schedule `keras:"learning_rate,omitempty"` // wins over LearningRate
	AdamBeta1           float64            `keras:"adam_beta_1" default:"0.9"`
	AdamBeta2           float64            `keras:"adam_beta_2" default:"0.999"`
	AdamWeightDecay     float64            `default:"0.004"` // graph.Zero for none
	Epsilon             float64            `default:"1e-7"`
	ExcludeLayers       []string           // regular expressions for paths of parameters that AdamW moves
	NoExcludeEmbeddings bool               `keras:"exclude_embeddings,not"`
	MuonA               float64            `default:"3.4445"`
	MuonB               float64            `default:"-4.775"`
	MuonC               float64            `default:"2.0315"`
	AdamLRRatio         float64            `keras:"adam_lr_ratio" default:"1"`
	Momentum            float64            `default:"0.95"`
	NSSteps             int                `keras:"ns_steps" default:"5"`
	NoNesterov          bool               `keras:"nesterov,not"`
	RMSRate             float64            `keras:"rms_rate" default:"0.2"` // graph.Zero: Keras's None
	Common
	// WeightDecay of the matrices is Common's with a default: graph.Zero for none.
	WeightDecay float64 `default:"0.004"`
}

// Updates builds one step.
func (o *Muon) Updates(params []*graph.Param, grads graph.Nodes) []graph.Update {
	for _, pattern := range o.ExcludeLayers {
		if _, err := regexp.Compile(pattern); err != nil {
			return failed(params, grads, err)
		}
	}
	return updatesOf(o, params, grads)
}

func (o *Muon) rate() (*float64, *schedules.Schedule) { return &o.LearningRate, &o.Schedule }

// adam reports whether AdamW moves the parameter.
func (o *Muon) adam(p *graph.Param) bool {
	if len(p.Spec().Shape) != 2 || !o.NoExcludeEmbeddings && strings.Contains(strings.ToLower(p.Path()), "embedding") {
		return true
	}
	for _, pattern := range o.ExcludeLayers {
		if match, _ := regexp.MatchString(pattern, p.Path()); match {
			return true
		}
	}
	return false
}

func (o *Muon) decay(p *graph.Param) float64 {
	if o.adam(p) {
		return o.AdamWeightDecay
	}
	return either(o.Common.WeightDecay, o.WeightDecay)
}

// Config writes the decay that holds, whichever of the two fields was set.
func (o *Muon) Config(fields map[string]any) (map[string]any, error) {
	return o.Common.withDecay(fields)
}

func (o *Muon) slots(p *graph.Param) [][]slot {
	if o.adam(p) {
		return [][]slot{pair("momentum", "velocity")}
	}
	return [][]slot{one("momentum")}
}

func (o *Muon) apply(u *update) *graph.Node {
	if o.adam(u.p) {
		v := *u
		v.lr = ops.Mul(u.lr, o.AdamLRRatio)
		return moments{o.AdamBeta1, o.AdamBeta2, o.Epsilon, false}.apply(&v)
	}
	m := u.set("momentum", ops.Add(ops.Mul(u.get("momentum"), o.Momentum), u.grad))
	if !o.NoNesterov {
		m = ops.Add(u.grad, ops.Mul(m, o.Momentum))
	}
	change := ops.Mul(o.orthogonal(m), u.lr)
	if o.RMSRate != 0 {
		shape := u.w.Shape()
		change = ops.Mul(change, math.Sqrt(float64(max(shape[0], shape[1])))*o.RMSRate)
	}
	return ops.Sub(u.w, change)
}

// orthogonal brings the singular values of a matrix near 1.
func (o *Muon) orthogonal(x *graph.Node) *graph.Node {
	tall := x.Shape().Dim(0) > x.Shape().Dim(1)
	if tall {
		x = ops.Transpose(x)
	}
	x = ops.Div(x, ops.Add(norm(x), 1e-7))
	for range o.NSSteps {
		a := ops.MatMul(x, ops.Transpose(x))
		b := ops.Add(ops.Mul(a, o.MuonB), ops.MatMul(ops.Mul(a, o.MuonC), a))
		x = ops.Add(ops.Mul(x, o.MuonA), ops.MatMul(b, x))
	}
	if tall {
		return ops.Transpose(x)
	}
	return x
}

func init() { registry.Add("Muon", &Muon{}) }
