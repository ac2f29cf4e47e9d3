// Package metrics holds those of keras.metrics: numbers that judge a model while it trains and afterwards. A model takes a
// metric by name ("accuracy"), as a value of this package with its settings, or as any func(yTrue, yPred *graph.Node)
// *graph.Node, which is averaged over the samples.
//
// A metric keeps totals from batch to batch in an [Accumulator] and is an expression over them. Totals are float32 (float64
// for float64 predictions); a field Dtype is for Keras's configurations, except where its comment says more. Metrics that
// average one value per sample have a method Values that gives these: Keras's functions of the same names.
//
// Start reading at accumulator.go and accuracy.go.
package metrics

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/losses"
)

// Metric judges predictions. Call adds a batch to its totals in acc and returns the result over all batches so far, this one
// included. sampleWeight is nil for none.
type Metric interface {
	Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node
}

// Func is a function as a metric: its values, one per sample or step, are averaged.
type Func = func(yTrue, yPred *graph.Node) *graph.Node

// Like is what is taken as a metric: a name, a Metric, or a Func.
type Like = any

var registry = config.NewRegistry("metric", "keras.metrics")

// Names lists the names that Get knows.
func Names() []string { return registry.Names() }

// function is a Func as a Metric.
type function struct{ f Func }

func (m function) Call(acc *Accumulator, yTrue, yPred, sampleWeight *graph.Node) *graph.Node {
	return mean(acc, m.f(yTrue, yPred), yPred, sampleWeight)
}

// Get resolves a metric. nil gives nil: none. The name of a loss that is no metric means the mean of that loss. An unknown
// name is an error that lists the closest known ones; "accuracy" is the class Accuracy here, see [Resolve].
func Get(l Like) (Metric, error) {
	if f, ok := l.(Func); ok && f != nil {
		return function{f}, nil
	}
	m, err := config.Get[Metric](registry, l)
	name, ok := l.(string)
	if !ok || err == nil {
		return m, err
	}
	if strings.ToLower(name) == "acc" {
		return function{accuracy}, nil
	}
	if loss, e := losses.Get(name); e == nil {
		return function{loss.Call}, nil
	}
	return nil, err
}

// Resolve is Get for a metric of an output with the given specs. The names "accuracy" and "acc", "crossentropy" and "ce" mean
// the binary metric where predictions end in an axis of size 1, the sparse one where targets are class numbers, else the
// categorical one.
func Resolve(l Like, yTrue, yPred graph.Spec) (Metric, error) {
	name, _ := l.(string)
	kind := losses.KindOf(yTrue.Shape, yPred.Shape)
	switch strings.ToLower(name) {
	case "accuracy", "acc":
		return accuracies[kind], nil
	case "crossentropy", "ce":
		return crossentropies[kind], nil
	}
	return Get(l)
}

var (
	accuracies = map[losses.Kind]Metric{
		losses.Binary: BinaryAccuracy{}, losses.Sparse: SparseCategoricalAccuracy{}, losses.Categorical: CategoricalAccuracy{},
	}
	crossentropies = map[losses.Kind]Metric{
		losses.Binary: BinaryCrossentropy{}, losses.Sparse: SparseCategoricalCrossentropy{}, losses.Categorical: CategoricalCrossentropy{},
	}
)

// accuracy are the values of the accuracy that the shapes ask for.
func accuracy(yTrue, yPred *graph.Node) *graph.Node {
	if bad := missing("accuracy", yTrue, yPred); bad != nil {
		return bad
	}
	m := accuracies[losses.KindOf(yTrue.Shape(), yPred.Shape())]
	return m.(interface {
		Values(yTrue, yPred *graph.Node) *graph.Node
	}).Values(yTrue, yPred)
}

// NameOf is the name under which a metric's result is logged: the string it was given as, its field Name, the name of its
// function, or its type's name in snake case.
func NameOf(l Like) string {
	if name, ok := l.(string); ok {
		return name
	}
	v := reflect.ValueOf(l)
	switch {
	case !v.IsValid():
		return ""
	case v.Kind() == reflect.Func:
		return config.Snake(config.FuncName(l))
	case reflect.Indirect(v).Kind() == reflect.Struct:
		if name := config.NameOf(config.Resolve(l)); name != "" {
			return name
		}
	}
	return config.Snake(config.ClassName(l))
}

// fail records a mistake of the named metric.
func fail(metric string, in graph.Nodes, format string, args ...any) *graph.Node {
	return graph.FailCall(metric, fmt.Errorf(format, args...), in...)
}

// missing is a poisoned node if one of the nodes is nil or poisoned, else nil.
func missing(metric string, in ...*graph.Node) *graph.Node {
	if err := graph.Nodes(in).FirstErr(); err != nil {
		return graph.FailCall(metric, err, in...)
	}
	return nil
}
