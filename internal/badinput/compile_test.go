package badinput_test

import (
	"errors"
	"iter"
	"math"
	"testing"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/losses"
	"github.com/gorgonin/gorgonin/metrics"
	"github.com/gorgonin/gorgonin/ops"
	"github.com/gorgonin/gorgonin/optimizers"
	"github.com/gorgonin/gorgonin/train"
	"gorgonia.org/tensor"
)

// compile compiles small with the settings; what it was compiled with before must stay.
func compile(c train.Config) func(t *testing.T) error {
	return func(t *testing.T) error {
		m := small(t)
		err := m.Compile(c)
		if old, ok := m.Compiled(); !ok || old.Optimizer != "adam" {
			t.Errorf("the failed Compile left %v", old)
		}
		if _, err := m.Fit(ctx, rows(4), quiet(train.FitOptions{})); err != nil {
			t.Errorf("the model cannot be trained after the failed Compile: %v", err)
		}
		return err
	}
}

// trained compiles small with the settings and trains it: for mistakes that only the shapes of targets show.
func trained(c train.Config, y any) func(t *testing.T) error {
	return func(t *testing.T) error {
		m := small(t)
		if c.Optimizer == nil {
			c.Optimizer = "sgd"
		}
		if err := m.Compile(c); err != nil {
			return err
		}
		return untouched(t, m, func() error {
			_, err := m.Fit(ctx, data.Arrays{X: make2(4, 3), Y: y}, quiet(train.FitOptions{}))
			return err
		})
	}
}

func headed(c train.Config) func(t *testing.T) error {
	return func(t *testing.T) error { return heads(t).Compile(c) }
}

var compileMistakes = []mistake{
	{"an unknown optimizer", []string{"Optimizer", `"adamm"`, `"adam"`}, compile(train.Config{Optimizer: "adamm", Loss: "mse"})},
	{"an unknown loss", []string{"Loss", `"sparse_crossentropy"`}, compile(train.Config{Optimizer: "adam", Loss: "sparse_crossentropy"})},
	{"an unknown metric", []string{"metric", `"acc1"`, `"scores"`}, compile(train.Config{Optimizer: "adam", Loss: "mse", Metrics: "acc1"})},
	{"a loss by a metric's name", []string{`"accuracy"`, "metric"}, compile(train.Config{Optimizer: "adam", Loss: "accuracy"})},
	{"an optimizer of a wrong type", []string{"Optimizer", "float64"}, compile(train.Config{Optimizer: 0.01, Loss: "mse"})},
	{"an optimizer that is a value", []string{"Optimizer", "&"}, compile(train.Config{Optimizer: optimizers.Adam{}, Loss: "mse"})},
	{"a nil optimizer pointer", []string{"Optimizer", "nil"}, compile(train.Config{Optimizer: (*optimizers.Adam)(nil), Loss: "mse"})},
	{"a negative learning rate", []string{"Optimizer", "LearningRate", "-0.1"}, compile(train.Config{Optimizer: &optimizers.SGD{LearningRate: -0.1}, Loss: "mse"})},
	{"a beta above 1", []string{"Beta1", "1.5"}, compile(train.Config{Optimizer: &optimizers.Adam{Beta1: 1.5}, Loss: "mse"})},
	{"two kinds of clipping", []string{"ClipNorm", "ClipValue"}, compile(train.Config{Optimizer: &optimizers.SGD{Common: optimizers.Common{ClipNorm: 1, ClipValue: 1}}, Loss: "mse"})},
	{"a negative momentum", []string{"Momentum", "-1"}, compile(train.Config{Optimizer: &optimizers.SGD{Momentum: -1}, Loss: "mse"})},
	{"an unknown backend", []string{`"tensorflow"`, "native"}, compile(train.Config{Optimizer: "adam", Loss: "mse", Backend: "tensorflow"})},
	{"an unknown policy", []string{`"mixed_int8"`, "mixed_float16"}, compile(train.Config{Optimizer: "adam", Loss: "mse", DtypePolicy: "mixed_int8"})},
	{"a loss for an unknown output", []string{"Loss", `"prioritty"`, `"priority"`}, headed(train.Config{Loss: train.ByOutput{"prioritty": "mse"}})},
	{"a metric for an unknown output", []string{"Metrics", `"teams"`, `"team"`}, headed(train.Config{Loss: "mse", Metrics: train.ByOutput{"teams": "mae"}})},
	{"a loss weight for an unknown output", []string{`"x"`, "LossWeights"}, headed(train.Config{Loss: "mse", LossWeights: map[string]float64{"x": 1}})},
	{"three losses for two outputs", []string{"3", "2 outputs"}, headed(train.Config{Loss: []any{"mse", "mse", "mse"}})},
	{"one metric for two outputs", []string{"2 outputs", "ByOutput"}, headed(train.Config{Loss: "mse", Metrics: "mae"})},
	{"an unknown reduction", []string{"Loss", `"average"`}, compile(train.Config{Optimizer: "adam", Loss: losses.MeanSquaredError{Reduction: "average"}})},
	{"a metric of negative thresholds", []string{"auc", "NumThresholds", "-1"}, trained(train.Config{Loss: "mse", Metrics: metrics.AUC{NumThresholds: -1}}, make2(4, 2))},
	{"targets of another width", []string{`output "scores"`, "(None, 2)", "3"}, trained(train.Config{Loss: "categorical_crossentropy"}, make2(4, 3))},
	{"one-hot targets for a sparse loss", []string{"sparse", "(None, 2)", "class numbers"}, trained(train.Config{Loss: "sparse_categorical_crossentropy"}, make2(4, 2))},
	{"class numbers for a categorical loss", []string{"categorical_crossentropy", "SparseCategoricalCrossentropy"}, trained(train.Config{Loss: "categorical_crossentropy"}, []int{0, 1, 0, 1})},
	{"a loss function that panics", []string{"loss", "boom"}, trained(train.Config{Loss: func(yTrue, yPred *graph.Node) *graph.Node { panic("boom") }}, make2(4, 2))},
	{"a loss function that returns nil", []string{"loss", "nil"}, trained(train.Config{Loss: func(yTrue, yPred *graph.Node) *graph.Node { return nil }}, make2(4, 2))},
	{"a loss function with a mistake", []string{"matmul of (4, 2) and (4, 2)", "compile_test.go:N"}, trained(train.Config{Loss: func(yTrue, yPred *graph.Node) *graph.Node { return ops.MatMul(yTrue, yPred) }}, make2(4, 2))},
	{"a metric function that returns nil", []string{"metric", "nil"}, trained(train.Config{Loss: "mse", Metrics: metrics.Func(func(yTrue, yPred *graph.Node) *graph.Node { return nil })}, make2(4, 2))},
	{"a loss that is an integer", []string{"no gradients", "loss"}, trained(train.Config{Loss: func(yTrue, yPred *graph.Node) *graph.Node { return ops.Argmax(yPred, 1) }}, make2(4, 2))},
}

// batches is a dataset that gives these batches once an epoch, then the error if there is one.
func batches(err error, bs ...data.Batch) data.Func {
	return func(data.Options) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for _, b := range bs {
				if !yield(b, nil) {
					return
				}
			}
			if err != nil {
				yield(data.Batch{}, err)
			}
		}
	}
}

func xy(x, y any) func(t *testing.T) error { return fit(data.Arrays{X: x, Y: y}, train.FitOptions{}) }

var nan = float32(math.NaN())

// tickets trains heads.
func tickets(d data.Arrays) func(t *testing.T) error {
	return func(t *testing.T) error {
		m := heads(t)
		return untouched(t, m, func() error {
			_, err := m.Fit(ctx, d, quiet(train.FitOptions{}))
			return err
		})
	}
}

func named(title, body any) map[string]any { return map[string]any{"title": title, "body": body} }

var goodY = map[string]any{"priority": []float32{0, 1}, "team": []int{3, 0}}

var dataMistakes = []mistake{
	{"no data", []string{"nil"}, fit(nil, train.FitOptions{})},
	{"a nil pointer to data", []string{"nil"}, fit((*data.Arrays)(nil), train.FitOptions{})},
	{"a nil generator", []string{"nil"}, fit(data.Func(nil), train.FitOptions{})},
	{"no x", []string{"x"}, xy(nil, []int{1})},
	{"no y", []string{`output "scores"`, "no targets"}, xy(make2(2, 3), nil)},
	{"a nil tensor", []string{"nil"}, xy((*tensor.Dense)(nil), []int{1})},
	{"too many columns", []string{`"features"`, "(4, 5)", "(None, 3)"}, xy(make2(4, 5), []int{0, 1, 0, 1})},
	{"a row instead of rows", []string{`"features"`, "(3,)", "(None, 3)"}, xy([]float32{1, 2, 3}, []int{0, 1, 0})},
	{"more rows in x than in y", []string{"4 rows", "3"}, xy(make2(4, 3), []int{0, 1, 0})},
	{"ragged rows", []string{"3", "2"}, xy([][]float32{{1, 2, 3}, {1, 2}}, []int{0, 1})},
	{"no rows", []string{"empty"}, xy([][]float32{}, []int{})},
	{"no labels", []string{"y", "empty"}, xy(make2(2, 3), []int{})},
	{"a batch without rows", []string{"empty"}, fit(batches(nil, data.Batch{X: make2(0, 3), Y: []int{}}), train.FitOptions{})},
	{"a stream without batches", []string{"no batches"}, fit(batches(nil), train.FitOptions{})},
	{"a label above the classes", []string{"position 1", "is 2", "0..1"}, xy(make2(2, 3), []int{0, 2})},
	{"a label above the classes in a later batch", []string{"position 70", "is 2", "0..1"}, func(t *testing.T) error {
		d := rows(100)
		d.Y.([]int)[70] = 2
		return fit(d, train.FitOptions{})(t)
	}},
	{"a negative label", []string{"position 0", "is -1", "0..1"}, xy(make2(2, 3), []int{-1, 0})},
	{"a label between classes", []string{"position 1", "0.5", "0..1"}, xy(make2(2, 3), []float64{0, 0.5})},
	{"a NaN label", []string{"position 1", "NaN", "0..1"}, xy(make2(2, 3), []float32{0, nan})},
	{"words for numbers", []string{"features", "string", "float32"}, xy([][]string{{"a", "b", "c"}, {"d", "e", "f"}}, []int{0, 1})},
	{"words for labels", []string{"string"}, xy(make2(2, 3), []string{"cat", "dog"})},
	{"a channel for data", []string{"chan int"}, xy(make(chan int), []int{0, 1})},
	{"a struct for data", []string{"struct"}, xy([]struct{ A int }{{1}, {2}}, []int{0, 1})},
	{"weights for too few rows", []string{"weight", "2", "3"}, fit(data.Arrays{X: make2(3, 3), Y: []int{0, 1, 0}, SampleWeight: []float32{1, 2}}, train.FitOptions{})},
	{"weights of a wrong rank", []string{"sample weights", "(None, 3)"}, fit(data.Arrays{X: make2(2, 3), Y: []int{0, 1}, SampleWeight: make2(2, 3)}, train.FitOptions{})},
	{"an error of the data set", []string{"disk is gone"}, fit(batches(errors.New("disk is gone")), train.FitOptions{})},
	{"an unknown input name", []string{`"titel"`, "title", "body"}, tickets(data.Arrays{X: map[string]any{"titel": make2(2, 3), "body": make2(2, 2)}, Y: goodY})},
	{"a missing input", []string{`"body"`}, tickets(data.Arrays{X: map[string]any{"title": make2(2, 3)}, Y: goodY})},
	{"a list of one input too few", []string{"1 arrays", "the model has 2"}, tickets(data.Arrays{X: []any{make2(2, 3)}, Y: goodY})},
	{"one array for two inputs", []string{"one array, the model has 2", "title"}, tickets(data.Arrays{X: make2(2, 3), Y: goodY})},
	{"inputs in the wrong order", []string{"title", "(2, 2)", "(None, 3)"}, tickets(data.Arrays{X: []any{make2(2, 2), make2(2, 3)}, Y: goodY})},
	{"one array for two outputs", []string{"one array, the model has 2", "priority", "team"}, tickets(data.Arrays{X: named(make2(2, 3), make2(2, 2)), Y: make2(2, 4)})},
	{"an unknown output name", []string{`"prio"`, "priority", "team"}, tickets(data.Arrays{X: named(make2(2, 3), make2(2, 2)), Y: map[string]any{"prio": []float32{0, 1}, "team": []int{0, 1}}})},
	{"a missing output", []string{`"team"`}, tickets(data.Arrays{X: named(make2(2, 3), make2(2, 2)), Y: map[string]any{"priority": []float32{0, 1}}})},
	{"inputs of different lengths", []string{"2", "3"}, tickets(data.Arrays{X: named(make2(2, 3), make2(3, 2)), Y: goodY})},
	{"a label out of range of one output", []string{`"team"`, "is 4", "0..3"}, tickets(data.Arrays{X: named(make2(2, 3), make2(2, 2)), Y: map[string]any{"priority": []float32{0, 1}, "team": []int{4, 0}}})},
	{"values that do not fill a shape", []string{"5", "(2, 3)"}, func(*testing.T) error { _, err := data.Of([]float32{1, 2, 3, 4, 5}, 2, 3); return err }},
	{"a negative shape", []string{"-2"}, func(*testing.T) error { _, err := data.Of([]float32{1, 2}, -2, -1); return err }},
	{"a category out of range", []string{"3"}, func(*testing.T) error { _, err := data.ToCategorical([]int{0, 3}, 3); return err }},
	{"no folds", []string{"fold"}, func(*testing.T) error {
		var err error
		for train := range data.KFold(rows(4), 0, 0) {
			_, err = train.Len()
		}
		return err
	}},
	{"a split of more than all", []string{"1.5"}, func(*testing.T) error { _, _, err := rows(4).Split(1.5); return err }},
	{"a slice past the end", []string{"2", "9", "4"}, func(*testing.T) error { _, err := rows(4).Slice(2, 9); return err }},
	{"a row past the end", []string{"row 7", "0..3"}, func(*testing.T) error { _, err := rows(4).Take([]int{0, 7}); return err }},
	{"a shard that is not there", []string{"3", "2"}, fit(data.Shard(rows(4), 3, 2), train.FitOptions{})},
	{"a map of nil", []string{"nil"}, fit(data.Map(rows(4), nil), train.FitOptions{})},
	{"a map that fails", []string{"bad row"}, fit(data.Map(rows(4), func(data.Batch) (data.Batch, error) { return data.Batch{}, errors.New("bad row") }), train.FitOptions{})},
	{"a prefetch of nil", []string{"nil"}, fit(data.Prefetch(nil, 2), train.FitOptions{})},
	{"a window longer than the series", []string{"9"}, fit(data.Timeseries(make2(4, 3), []int{0, 1, 0, 1}, data.TimeseriesOptions{SequenceLength: 9}), train.FitOptions{})},
}
