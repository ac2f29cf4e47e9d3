package callbacks

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/gorgonin/gorgonin/train"
)

// CSVLogger appends a line to a file at the end of each epoch: the epoch, counted from 0, and the logs by alphabet. A value
// that an epoch does not have is NA. https://keras.io/api/callbacks/csv_logger
type CSVLogger struct {
	Filename string
	// Separator is one character. Default ",".
	Separator string
	// Append goes on with a file that is there, instead of beginning a new one.
	Append bool

	keys   []string
	header bool
}

// OnTrainBegin begins the file.
func (c *CSVLogger) OnTrainBegin(context.Context, *train.Phase) error {
	if n := utf8.RuneCountInString(c.Separator); n > 1 {
		return fmt.Errorf("CSVLogger: the Separator %q has %d characters, want one", c.Separator, n)
	}
	if c.Filename == "" {
		return errors.New("CSVLogger: Filename is empty")
	}
	c.keys, c.header = nil, true
	if c.Append {
		if s, err := os.Stat(c.Filename); err == nil {
			c.header = s.Size() == 0
			return nil
		}
	}
	if err := os.WriteFile(c.Filename, nil, 0o666); err != nil {
		return fmt.Errorf("CSVLogger: %w", err)
	}
	return nil
}

// OnEpochEnd writes a line. The file is closed after it, so that a killed process leaves whole lines.
func (c *CSVLogger) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	var lines [][]string
	if c.keys == nil {
		c.keys = columns(e.Logs)
		if c.header {
			lines = append(lines, append([]string{"epoch"}, c.keys...))
		}
	}
	row := []string{strconv.Itoa(e.Index)}
	for _, k := range c.keys {
		cell := "NA"
		if v, ok := e.Logs[k]; ok {
			cell = float(v)
		}
		row = append(row, cell)
	}
	f, err := os.OpenFile(c.Filename, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("CSVLogger: %w", err)
	}
	w := csv.NewWriter(f)
	w.UseCRLF = true // Python's csv does
	if c.Separator != "" {
		w.Comma, _ = utf8.DecodeRuneInString(c.Separator)
	}
	err = w.WriteAll(append(lines, row))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("CSVLogger: %w", err)
	}
	return nil
}

// columns are the logs, and those of validation where the first epoch has none.
func columns(logs train.Logs) []string {
	keys := logs.Keys()
	slices.Sort(keys)
	if !validated(logs) {
		for _, k := range slices.Clone(keys) {
			keys = append(keys, "val_"+k)
		}
	}
	return keys
}
