package targets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/internal/conform/compare"
	"github.com/gorgonin/gorgonin/train"
)

// runFit trains a model with callbacks and compares the history, what the callbacks left, the weights and an evaluation.
func runFit(c *cases.Case) error {
	m, err := loadCompiled(c)
	if err != nil {
		return err
	}
	batch, err := batchOf(c)
	if err != nil {
		return err
	}
	options, err := fitOptions(c)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "conform")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	seen := &observed{dir: dir}
	if options.Callbacks, err = seen.callbacks(c.Root.Get("callbacks")); err != nil {
		return err
	}
	history, err := m.Fit(context.Background(), data.Arrays(batch), options)
	if err != nil {
		return err
	}
	errs := []error{
		compare.History(diverged(history.History, c.Root.Get("history")), c.Root.Get("history"), c.Tol("history")), sameEpochs(history, c),
		seen.check(c), weightsAfter(c, m, c.Tol("weights_after")),
	}
	if truth(c.Root.Get("evaluate")) {
		size, err := c.Root.Get("evaluate_batch_size").Int()
		if err != nil {
			return err
		}
		logs, err := m.Evaluate(context.Background(), data.Arrays(batch), train.EvaluateOptions{BatchSize: size})
		if err == nil {
			err = compare.Logs(logs, c.Root.Get("evaluate_result"), c.Tol("history"))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("evaluate: %w", err))
		}
	}
	return errors.Join(errs...)
}

// diverged takes the recorded value where neither it nor ours is finite: whether a sum that overflows ends as infinity or NaN
// depends on its order.
func diverged(got map[string][]float64, want *cases.Value) map[string][]float64 {
	out := map[string][]float64{}
	for name, values := range got {
		recorded, err := want.Get(name).Floats()
		out[name] = slices.Clone(values)
		for i, v := range values {
			if err == nil && i < len(recorded) && !finite(v) && !finite(recorded[i]) {
				out[name][i] = recorded[i]
			}
		}
	}
	return out
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func sameEpochs(h *train.History, c *cases.Case) error {
	want, err := c.Root.Get("epochs_run").Ints()
	if err == nil && !slices.Equal(h.Epoch, want) {
		err = fmt.Errorf("the epochs %v were run, want %v", h.Epoch, want)
	}
	return err
}

// fitOptions reads the keyword arguments of fit.
func fitOptions(c *cases.Case) (train.FitOptions, error) {
	o := train.FitOptions{NoShuffle: !truth(c.Root.Get("shuffle")), Verbose: train.Silent}
	whole := map[string]*int{
		"batch_size": &o.BatchSize, "epochs": &o.Epochs, "initial_epoch": &o.InitialEpoch, "steps_per_epoch": &o.StepsPerEpoch,
		"validation_steps": &o.ValidationSteps, "validation_batch_size": &o.ValidationBatchSize, "validation_freq": &o.ValidationFreq,
	}
	fit := c.Root.Get("fit")
	for i, name := range fit.Keys() {
		v := fit.Items()[i]
		var err error
		switch {
		case v.IsNull() || name == "verbose":
		case name == "shuffle":
			o.NoShuffle = !truth(v)
		case name == "validation_split":
			o.ValidationSplit, err = v.Float()
		case name == "class_weight":
			o.ClassWeight, err = classWeight(v)
		case name == "validation_freq" && v.IsSequence():
			o.ValidationEpochs, err = v.Ints()
		case whole[name] != nil:
			*whole[name], err = v.Int()
		default:
			err = cases.ErrUnsupported{What: "fit argument " + name}
		}
		if err != nil {
			return o, fmt.Errorf("fit: %s: %w", name, err)
		}
	}
	if v := c.Root.Get("validation_data").Items(); len(v) >= 2 {
		b, err := tripleOf(v[0], v[1], append(v, nil)[2])
		if err != nil {
			return o, fmt.Errorf("validation_data: %w", err)
		}
		o.ValidationData = data.Arrays(b)
	}
	return o, nil
}

func classWeight(v *cases.Value) (map[int]float64, error) {
	out := map[int]float64{}
	for i, key := range v.Keys() {
		class, err1 := strconv.Atoi(key)
		w, err2 := v.Items()[i].Float()
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		out[class] = w
	}
	return out, nil
}

// check compares what the callbacks saw and wrote.
func (o *observed) check(c *cases.Case) error {
	extra := c.Root.Get("extra")
	var errs []error
	for i, name := range extra.Keys() {
		var err error
		switch want := extra.Items()[i]; name {
		case "lr":
			err = o.checkRates(want, c.Tol("history"))
		case "stopped_epoch", "best_epoch":
			err = o.checkStopping(name, want)
		case "files":
			err = o.checkFiles(want)
		case "csv":
			err = o.checkCSV(want)
		case "trace":
			err = o.checkTrace(want)
		default:
			err = cases.ErrUnsupported{What: "extra " + name}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func (o *observed) checkRates(want *cases.Value, tol float64) error {
	rates, err := want.Floats()
	if err != nil {
		return err
	}
	return compare.Numbers("learning rates", o.rates, rates, tol)
}

func (o *observed) checkStopping(name string, want *cases.Value) error {
	n, err := want.Int()
	if err != nil || o.stopping == nil {
		return errors.Join(err, compare.Numbers(name, nil, []float64{float64(n)}, 0))
	}
	got := o.stopping.StoppedEpoch()
	if name == "best_epoch" {
		got = o.stopping.BestEpoch()
	}
	return compare.Numbers(name, []float64{float64(got)}, []float64{float64(n)}, 0)
}

func (o *observed) checkFiles(want *cases.Value) error {
	names, err := want.Strs()
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return err
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, names) {
		return fmt.Errorf("the files are %v, want %v", got, names)
	}
	return nil
}

func (o *observed) checkCSV(want *cases.Value) error {
	header, err1 := want.Get("header").Str()
	rows, err2 := want.Get("rows").Int()
	b, err3 := os.ReadFile(filepath.Join(o.dir, o.csv))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")), "\n")
	if lines[0] != header || len(lines)-1 != rows {
		return fmt.Errorf("it has the header %q and %d rows, want %q and %d", lines[0], len(lines)-1, header, rows)
	}
	return nil
}

func (o *observed) checkTrace(want *cases.Value) error {
	items := want.Items()
	for i, item := range items {
		if i >= len(o.trace) {
			return fmt.Errorf("%d events, want %d", len(o.trace), len(items))
		}
		if w := plain(item); !reflect.DeepEqual(o.trace[i], w) {
			return fmt.Errorf("event %d is %v, want %v", i, o.trace[i], w)
		}
	}
	if len(o.trace) != len(items) {
		return fmt.Errorf("%d events, want %d", len(o.trace), len(items))
	}
	return nil
}
