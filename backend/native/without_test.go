package native

import (
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
)

func TestWithout(t *testing.T) {
	b := Backend{Without: "tiles, softmax_dx"}
	if b.Fuses("tiles") || !b.Fuses("epilogue") || (Backend{Without: "all"}).Fuses("epilogue") {
		t.Error("Without is read wrongly")
	}
	spec := graph.Spec{Dtype: graph.Float32, Shape: graph.Shape{2, 3}}
	op := ops.SoftmaxGradOp{Axis: 1}
	if err := b.Supports(op, []graph.Spec{spec, spec}, []graph.Spec{spec}); err == nil {
		t.Error("a composite operation that is left out is supported")
	}
	if err := (Backend{}).Supports(op, []graph.Spec{spec, spec}, []graph.Spec{spec}); err != nil {
		t.Error(err)
	}
	_, err := Backend{Without: "tilse"}.Compile(&backend.Func{})
	if err == nil || !strings.Contains(err.Error(), `no fusion "tilse"`) {
		t.Errorf("an unknown fusion answers %v", err)
	}
}
