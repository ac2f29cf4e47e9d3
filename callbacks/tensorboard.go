package callbacks

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gorgonin/gorgonin/data"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/train"
)

// TensorBoard writes event files for TensorBoard: logs of training to LogDir/train, of validation to LogDir/validation.
// https://keras.io/api/callbacks/tensorboard
type TensorBoard struct {
	// LogDir is made if missing. Default "logs".
	LogDir string
	// HistogramFreq is the number of epochs from one histogram of all weights to the next. Default none.
	HistogramFreq int
	// NoGraph leaves out the model's layers.
	NoGraph bool
	// UpdateFreq writes the logs of every so many steps too. Default none.
	UpdateFreq int

	train, val *eventFile
	steps      int
}

// weighted is a model that tells the names of its weights.
type weighted interface{ Params() []*graph.Param }

// OnTrainBegin begins a file.
func (c *TensorBoard) OnTrainBegin(_ context.Context, p *train.Phase) error {
	c.train, c.val, c.steps = nil, nil, 0
	dir := c.LogDir
	if dir == "" {
		dir = "logs"
	}
	c.train = &eventFile{dir: filepath.Join(dir, "train")}
	c.val = &eventFile{dir: filepath.Join(dir, "validation")}
	m, ok := p.Model.(json.Marshaler)
	if c.NoGraph || !ok {
		return nil
	}
	config, err := m.MarshalJSON()
	if err != nil {
		return nil // a model without a Keras form, with gradients as outputs, has no picture either
	}
	return c.flush(c.train, 0, graphSummary("keras", config))
}

// OnTrainBatchEnd writes the logs of a step.
func (c *TensorBoard) OnTrainBatchEnd(_ context.Context, s *train.Step) error {
	c.steps++
	if c.UpdateFreq <= 0 || c.steps%c.UpdateFreq != 0 {
		return nil
	}
	return c.flush(c.train, c.steps, scalars("batch_", s.Logs)...)
}

// OnEpochEnd writes the logs of an epoch, and histograms.
func (c *TensorBoard) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	logs, val := train.Logs{"learning_rate": e.Model.LearningRate()}, train.Logs{}
	for k, v := range e.Logs {
		if name, ok := strings.CutPrefix(k, "val_"); ok {
			val[name] = v
		} else {
			logs[k] = v
		}
	}
	values := scalars("epoch_", logs)
	if m, ok := e.Model.(weighted); ok && c.HistogramFreq > 0 && e.Index%c.HistogramFreq == 0 {
		for _, p := range m.Params() {
			values = append(values, histogramSummary(p.Path()+"/histogram", data.Float64s(p.Value())))
		}
	}
	if err := c.flush(c.train, e.Index, values...); err != nil || len(val) == 0 {
		return err
	}
	return c.flush(c.val, e.Index, scalars("epoch_", val)...)
}

func (c *TensorBoard) flush(f *eventFile, step int, values ...[]byte) error {
	if err := f.write(step, values...); err != nil {
		return fmt.Errorf("TensorBoard: %w", err)
	}
	return nil
}

// OnTrainEnd ends the files.
func (c *TensorBoard) OnTrainEnd(context.Context, *train.Phase) error {
	c.train, c.val = nil, nil
	return nil
}

func scalars(prefix string, logs train.Logs) [][]byte {
	var out [][]byte
	for _, k := range logs.Keys() {
		out = append(out, scalarSummary(prefix+k, logs[k]))
	}
	return out
}
