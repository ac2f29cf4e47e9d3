package train_test

import (
	"strings"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/layers"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/sequential"
	"github.com/gorgonin/gorgonin/train"
)

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		config train.Config
		want   []string
	}{
		{"optimizer", train.Config{Optimizer: "adan"}, []string{"Optimizer", `"adan"`, `"adam"`}},
		{"loss", train.Config{Loss: "msee"}, []string{"Loss", `"msee"`, `"mse"`}},
		{"metric", train.Config{Metrics: train.ByOutput{"p": "acuracy"}}, []string{`"acuracy"`, `"accuracy"`}},
		{"output", train.Config{Loss: train.ByOutput{"pp": "mse"}}, []string{`output "pp"`, "p"}},
		{"loss weight", train.Config{Loss: "mse", LossWeights: map[string]float64{"r": 1}}, []string{"LossWeights", `"r"`}},
		{"list", train.Config{Loss: []any{"mse", "mse", "mse"}}, []string{"3 entries for 2 outputs"}},
		{"one metric", train.Config{Metrics: "mae"}, []string{"2 outputs", "ByOutput"}},
		{"backend", train.Config{Backend: "natve"}, []string{"natve", "native"}},
		{"kind", train.Config{Loss: 3}, []string{"int"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := twoHeads(t)
			has(t, m.Compile(c.config), append(c.want, "compile:")...)
			if _, ok := m.Compiled(); ok {
				t.Error("the model counts as compiled")
			}
		})
	}
}

func TestUnbuiltCompile(t *testing.T) {
	m, err := sequential.New(&layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	has(t, m.Compile(train.Config{Loss: "msee"}), `"mse"`)
	has(t, m.Compile(train.Config{Loss: "mse", Metrics: []any{"mae", "acuracy"}}), `"acuracy"`)
	has(t, m.Compile(train.Config{Metrics: train.ByOutput{"dense": []any{"mae", "acuracy"}}}), `"acuracy"`)
	has(t, m.Compile(train.Config{Metrics: [][]string{{"mae"}, {"acuracy"}}}), `"acuracy"`)
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "mse"})
	if _, err := m.Fit(ctx, data.Arrays{X: [][]float32{{1, 2}}, Y: []float32{1}}, quiet(train.FitOptions{})); err != nil {
		t.Fatal(err)
	}
	if n := m.CountParams(); n != 3 {
		t.Errorf("%d parameters after the first data, want 3", n)
	}
}

func TestFitErrors(t *testing.T) {
	set := data.Arrays{X: []float32{1, 2}, Y: []float32{1, 2}}
	for _, c := range []struct {
		name string
		d    data.Dataset
		o    train.FitOptions
		want []string
	}{
		{"nil", nil, train.FitOptions{}, []string{"nil"}},
		{"no targets", data.Arrays{X: []float32{1, 2}}, train.FitOptions{}, []string{`output "w"`, "no targets"}},
		{"rows", data.Arrays{X: []float32{1, 2}, Y: []float32{1}}, train.FitOptions{}, []string{"2 rows", "1"}},
		{"targets", data.Arrays{X: []float32{1, 2}, Y: [][]float32{{1, 2}, {3, 4}}}, train.FitOptions{}, nil},
		{"input", data.Arrays{X: [][]float32{{1, 2}, {3, 4}}, Y: []float32{1, 2}}, train.FitOptions{}, []string{"(2, 2)", "1"}},
		{"rank", data.Arrays{X: [][][]float32{{{1, 2}}, {{3, 4}}}, Y: []float32{1, 2}}, train.FitOptions{}, []string{"(2, 1, 2)", "(None, 1)"}},
		{"name", data.Arrays{X: map[string]any{"in": []float32{1, 2}}, Y: []float32{1, 2}}, train.FitOptions{}, []string{`"in"`}},
		{"output name", data.Arrays{X: set.X, Y: map[string]any{"v": set.Y}}, train.FitOptions{}, []string{`"v"`, "w"}},
		{"batch size", set, train.FitOptions{BatchSize: -1}, []string{"BatchSize is -1"}},
		{"split", set, train.FitOptions{ValidationSplit: 1}, []string{"ValidationSplit is 1"}},
		{"split of a stream", stream(3), train.FitOptions{ValidationSplit: 0.5}, []string{"ValidationData"}},
		{"callback", set, train.FitOptions{Callbacks: []train.Callback{nil}}, []string{"callback 0 of 1 is nil"}},
		{"pointer", &data.Arrays{X: []float32{1, 2}}, train.FitOptions{ValidationSplit: 0.5}, []string{"no targets"}},
		{"validation", set, train.FitOptions{ValidationData: data.Arrays{X: set.X}}, []string{"validation", "no targets"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := slope(t, train.Config{})
			_, err := m.Fit(ctx, c.d, quiet(c.o))
			if c.want != nil {
				has(t, err, append(c.want, "fit:")...)
			}
		})
	}
	m := slope(t, train.Config{})
	_, err := m.Fit(ctx, set, train.FitOptions{}, train.FitOptions{})
	has(t, err, "2 options")
}

func TestTargetShape(t *testing.T) {
	m := classifier(t, 2, 3)
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: "categorical_crossentropy"})
	_, err := m.Fit(ctx, data.Arrays{X: [][]float32{{1, 2}}, Y: [][]float32{{1, 0}}}, quiet(train.FitOptions{}))
	has(t, err, "loss of output", "(None, 2)", "(None, 3)")
}

func TestLabels(t *testing.T) {
	m := classifier(t, 1, 3)
	for _, bad := range []any{[]int{0, 3}, []int{0, -1}, []float32{0, 0.5}} {
		_, err := m.Fit(ctx, data.Arrays{X: []float32{1, 2}, Y: bad}, quiet(train.FitOptions{NoShuffle: true}))
		has(t, err, "position 1", "0..2")
	}
	compile(t, m.Model, train.Config{Optimizer: "sgd", Loss: losses.SparseCategoricalCrossentropy{IgnoreClass: new(-1)}})
	if _, err := m.Evaluate(ctx, data.Arrays{X: []float32{1, 2}, Y: []int{0, -1}}); err != nil {
		t.Errorf("the ignored class is refused: %v", err)
	}
}

func TestNotCompiled(t *testing.T) {
	m, err := sequential.New(&layers.Input{Shape: []int{1}}, &layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	set := rows(2, 1, 2)
	_, err = m.Fit(ctx, set)
	has(t, err, "call Compile first")
	_, err = m.Evaluate(ctx, set)
	has(t, err, "call Compile first")
	_, err = m.TrainOnBatch(ctx, data.Batch(set))
	has(t, err, "call Compile first")
	has(t, m.SetLearningRate(1), "Compile")
	if _, err := m.Predict(ctx, set.X); err != nil {
		t.Errorf("Predict needs no Compile: %v", err)
	}
	compile(t, m.Model, train.Config{Loss: "mse"})
	if _, err := m.Evaluate(ctx, set); err != nil {
		t.Errorf("Evaluate needs no optimizer: %v", err)
	}
	_, err = m.Fit(ctx, set, quiet(train.FitOptions{}))
	has(t, err, "Optimizer")
	compile(t, m.Model, train.Config{Optimizer: "sgd"})
	_, err = m.Fit(ctx, set, quiet(train.FitOptions{}))
	has(t, err, "Loss")
}

func TestPredictErrors(t *testing.T) {
	m := twoHeads(t)
	_, err := m.Predict(ctx, []float32{1})
	has(t, err, "2 outputs", "PredictNamed")
	out, err := m.PredictNamed(ctx, map[string]any{"x": []float32{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	if got := data.Float64s(out["q"]); got[0] != 3 || got[1] != 6 {
		t.Errorf("q is %v", got)
	}
	_, err = m.PredictNamed(ctx, map[string]any{"y": []float32{1, 2}})
	has(t, err, `"y"`, "x")
	_, err = m.PredictNamed(ctx, float32(1))
	has(t, err, "scalar")
	one := classifier(t, 4, 2)
	_, err = one.Predict(ctx, []float32{1, 2, 3, 4})
	has(t, err, "(4,)", "(None, 4)", "the first axis is the rows")
	if strings.Count(err.Error(), "predict:") != 1 {
		t.Errorf("%q", err)
	}
}
