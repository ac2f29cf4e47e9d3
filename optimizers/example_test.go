package optimizers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"testing"

	"github.com/gorgonin/gorgonin/engine"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/optimizers/schedules"
)

// asJSON is what a value is after it was written and read.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Minimize (w - 3)² by hand: a graph with a parameter, a loss, and a function that makes a step.
func ExampleMinimize() {
	w, err := graph.NewParam("w", float32(0))
	if err != nil {
		log.Fatal(err)
	}
	g := graph.New("parabola")
	loss := ops.Square(ops.Sub(g.Param(w), 3))
	step, err := engine.Compile(engine.Config{
		Outputs: graph.Nodes{loss},
		Updates: optimizers.Minimize(&optimizers.SGD{LearningRate: 0.25}, loss, []*graph.Param{w}),
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 4 {
		out, err := step.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("loss", out[0], "w", w.Value())
	}
	// Output:
	// loss 9 w 1.5
	// loss 2.25 w 2.25
	// loss 0.5625 w 2.625
	// loss 0.140625 w 2.8125
}

func ExampleLearningRate() {
	opt := &optimizers.Adam{Schedule: schedules.CosineDecay{InitialLearningRate: 0.5, DecaySteps: 100}}
	fmt.Println(optimizers.LearningRate(opt))
	fmt.Println(optimizers.SetLearningRate(opt, 0.1))
	// Output:
	// 0.5
	// the learning rate of adam is a Schedule, it cannot be set: give the optimizer a LearningRate instead
}
