package targets

import (
	"context"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/train"
)

// observed is what the callbacks of a fit saw, and where they write.
type observed struct {
	dir      string
	csv      string // name of the file
	rates    []float64
	stopping *callbacks.EarlyStopping
	trace    []any
}

// callbacks makes the recorded ones, and one that notes the learning rate at the end of each epoch.
func (o *observed) callbacks(list *cases.Value) ([]train.Callback, error) {
	var out []train.Callback
	for _, v := range list.Items() {
		cb, err := o.callback(v)
		if err != nil {
			return nil, err
		}
		out = append(out, cb)
	}
	return append(out, callbacks.Lambda{EpochEnd: func(_ context.Context, e *train.Epoch) error {
		o.rates = append(o.rates, e.Model.LearningRate())
		return nil
	}}), nil
}

func (o *observed) callback(v *cases.Value) (train.Callback, error) {
	name, err := v.Get("name").Str()
	if err != nil {
		return nil, err
	}
	settings, _ := plain(v.Get("kwargs")).(map[string]any)
	if settings["save_freq"] == "epoch" {
		delete(settings, "save_freq")
	}
	if n, ok := config.Number(settings["verbose"]); ok {
		settings["verbose"] = n != 0
	}
	for _, key := range []string{"filepath", "filename", "backup_dir", "log_dir"} {
		if s, ok := settings[key].(string); ok {
			o.csv = s
			settings[key] = filepath.Join(o.dir, s)
		}
	}
	var cb train.Callback
	switch name {
	case "__trace__":
		return o.tracer(), nil
	case "LearningRateScheduler":
		text, err := v.Get("schedule").Str()
		if err != nil {
			return nil, err
		}
		e, err := parseExpression(text, "epoch", "lr")
		if err != nil {
			return nil, err
		}
		return &callbacks.LearningRateScheduler{Schedule: func(epoch int, lr float64) float64 {
			return e(map[string]float64{"epoch": float64(epoch), "lr": lr})
		}}, nil
	case "EarlyStopping":
		o.stopping = &callbacks.EarlyStopping{}
		cb = o.stopping
	case "ModelCheckpoint":
		cb = &callbacks.ModelCheckpoint{}
	case "ReduceLROnPlateau":
		cb = &callbacks.ReduceLROnPlateau{}
	case "CSVLogger":
		cb = &callbacks.CSVLogger{}
	case "TerminateOnNaN":
		cb = &callbacks.TerminateOnNaN{Output: io.Discard}
	case "SwapEMAWeights":
		cb = &callbacks.SwapEMAWeights{}
	case "BackupAndRestore":
		cb = &callbacks.BackupAndRestore{}
	case "TensorBoard":
		cb = &callbacks.TensorBoard{}
	default:
		return nil, cases.ErrUnsupported{What: "callback " + name}
	}
	return cb, (&config.Decoder{}).SetFields(cb, settings)
}

// tracer notes every call with its index and the sorted names of the logs.
func (o *observed) tracer() train.Callback {
	note := func(event string, index any, logs train.Logs) error {
		keys := []any{}
		for _, k := range slices.Sorted(maps.Keys(logs)) {
			keys = append(keys, k)
		}
		o.trace = append(o.trace, []any{event, index, keys})
		return nil
	}
	phase := func(event string) func(context.Context, *train.Phase) error {
		return func(_ context.Context, p *train.Phase) error { return note(event, nil, p.Logs) }
	}
	epoch := func(event string) func(context.Context, *train.Epoch) error {
		return func(_ context.Context, e *train.Epoch) error { return note(event, float64(e.Index), e.Logs) }
	}
	step := func(event string) func(context.Context, *train.Step) error {
		return func(_ context.Context, s *train.Step) error { return note(event, float64(s.Index), s.Logs) }
	}
	return callbacks.Lambda{
		TrainBegin: phase("on_train_begin"), TrainEnd: phase("on_train_end"),
		EpochBegin: epoch("on_epoch_begin"), EpochEnd: epoch("on_epoch_end"),
		TrainBatchBegin: step("on_train_batch_begin"), TrainBatchEnd: step("on_train_batch_end"),
		TestBegin: phase("on_test_begin"), TestEnd: phase("on_test_end"),
		TestBatchBegin: step("on_test_batch_begin"), TestBatchEnd: step("on_test_batch_end"),
		PredictBegin: phase("on_predict_begin"), PredictEnd: phase("on_predict_end"),
		PredictBatchBegin: step("on_predict_batch_begin"), PredictBatchEnd: step("on_predict_batch_end"),
	}
}
