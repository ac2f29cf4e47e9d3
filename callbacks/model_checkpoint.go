package callbacks

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gorgonin/gorgonin/train"
)

// ModelCheckpoint saves the model while it trains. https://keras.io/api/callbacks/model_checkpoint
type ModelCheckpoint struct {
	// Filepath is where to; it may hold {epoch}, {batch} (both counted from 1) and logs, with Python's format:
	// "w.{epoch:02d}-{val_loss:.2f}.keras". Missing folders are made.
	Filepath string
	// Monitor is the log that SaveBestOnly watches. Default "val_loss".
	Monitor string
	Mode    Mode
	// SaveBestOnly saves only when the log has improved.
	SaveBestOnly bool
	// SaveWeightsOnly saves weights without the model: to a path that ends in .weights.h5.
	SaveWeightsOnly bool
	// SaveFreq is the number of steps from one saving to the next. Default: every epoch.
	SaveFreq int
	// InitialValueThreshold is a value to be improved on by the first saving. Default none; graph.Zero is 0.
	InitialValueThreshold float64
	// Verbose writes a message, to Output or os.Stdout.
	Verbose bool
	Output  io.Writer

	m     monitor
	every every
}

// OnTrainBegin checks the settings. The best value of an earlier training is kept.
func (c *ModelCheckpoint) OnTrainBegin(_ context.Context, p *train.Phase) error {
	switch {
	case c.Filepath == "":
		return fmt.Errorf("ModelCheckpoint: Filepath is empty")
	case c.SaveFreq < 0:
		return fmt.Errorf("ModelCheckpoint: SaveFreq is %d: it must not be negative", c.SaveFreq)
	case c.SaveWeightsOnly && !strings.HasSuffix(c.Filepath, ".weights.h5"):
		return fmt.Errorf("ModelCheckpoint: with SaveWeightsOnly, Filepath must end in .weights.h5, got %q", c.Filepath)
	case !c.SaveWeightsOnly && !strings.HasSuffix(c.Filepath, ".keras") && !strings.HasSuffix(c.Filepath, ".h5"):
		return fmt.Errorf("ModelCheckpoint: Filepath must end in .keras or .h5, got %q", c.Filepath)
	case !c.SaveBestOnly:
		return nil
	}
	first, best := c.m.name == "", c.m.best
	var err error
	if c.m, err = watch("ModelCheckpoint", c.Monitor, c.Mode, 0, p); err != nil {
		return err
	}
	if !first {
		c.m.best = best
	} else if c.InitialValueThreshold != 0 {
		c.m.best = c.InitialValueThreshold
	}
	return nil
}

// OnTrainBatchEnd saves every SaveFreq steps.
func (c *ModelCheckpoint) OnTrainBatchEnd(_ context.Context, s *train.Step) error {
	if !c.every.due(c.SaveFreq) {
		return nil
	}
	return c.save(s.Model, s.Epoch, s.Index, s.Logs)
}

// OnEpochEnd saves, unless SaveFreq is set.
func (c *ModelCheckpoint) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	if c.SaveFreq > 0 {
		return nil
	}
	return c.save(e.Model, e.Index, -1, e.Logs)
}

func (c *ModelCheckpoint) save(m train.Model, epoch, batch int, logs train.Logs) error {
	values := map[string]any{"epoch": epoch + 1}
	if batch >= 0 {
		values["batch"] = batch + 1
	}
	for k, v := range logs {
		values[k] = v
	}
	path, err := format(c.Filepath, values)
	if err != nil {
		return fmt.Errorf("ModelCheckpoint: Filepath: %w", err)
	}
	if wanted, err := c.wanted(epoch, path, logs); err != nil || !wanted {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("ModelCheckpoint: %w", err)
	}
	write := m.Save
	if c.SaveWeightsOnly {
		write = m.SaveWeights
	}
	if err := write(path); err != nil {
		return fmt.Errorf("ModelCheckpoint: %w", err)
	}
	return nil
}

// wanted reports whether the model is good enough to be saved.
func (c *ModelCheckpoint) wanted(epoch int, path string, logs train.Logs) (bool, error) {
	if !c.SaveBestOnly {
		c.say(epoch, "saving model to %s", path)
		return true, nil
	}
	v, ok, err := c.m.value(logs)
	if err != nil || !ok {
		return false, err
	}
	if !c.m.better(v, c.m.best) {
		c.say(epoch, "%s did not improve from %.5f", c.m.name, c.m.best)
		return false, nil
	}
	c.say(epoch, "%s improved from %.5f to %.5f, saving model to %s", c.m.name, c.m.best, v, path)
	c.m.best = v
	return true, nil
}

func (c *ModelCheckpoint) say(epoch int, message string, args ...any) {
	if c.Verbose {
		say(c.Output, "\nEpoch %d: %s", epoch+1, fmt.Sprintf(message, args...))
	}
}

// every counts steps across epochs.
type every struct{ seen int }

// due reports whether the next of every n steps is reached; never for n = 0.
func (e *every) due(n int) bool {
	if n <= 0 {
		return false
	}
	e.seen++
	if e.seen < n {
		return false
	}
	e.seen = 0
	return true
}
