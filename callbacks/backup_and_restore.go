package callbacks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/train"
)

// BackupAndRestore saves the whole training state as training goes on, so that a Fit that is called again after a crash
// (with the same options, data and model) goes on where the last one was saved, to the same bits. When Fit ends normally
// the backup is removed. https://keras.io/api/callbacks/backup_and_restore
type BackupAndRestore struct {
	// BackupDir is a folder for this training alone. It is made if missing.
	BackupDir string
	// SaveFreq is the number of steps from one backup to the next. Default: every epoch.
	SaveFreq int
	// KeepCheckpoint leaves the backup in place when Fit ends.
	KeepCheckpoint bool

	every every
	state string // the file of the last backup
}

// keeper is a model that can save all of its training state.
type keeper interface {
	SaveState(path string) error
	LoadState(path string) error
}

// progress is the content of training_metadata.json.
type progress struct {
	Epoch int    `json:"epoch"`
	Batch int    `json:"batch"`
	State string `json:"state"`
}

func (c *BackupAndRestore) metadata() string {
	return filepath.Join(c.BackupDir, "training_metadata.json")
}

// OnTrainBegin restores a backup that is there.
func (c *BackupAndRestore) OnTrainBegin(_ context.Context, p *train.Phase) error {
	if c.BackupDir == "" {
		return errors.New("BackupAndRestore: BackupDir is empty")
	}
	m, ok := p.Model.(keeper)
	if !ok {
		return fmt.Errorf("BackupAndRestore: a %T has no SaveState and LoadState", p.Model)
	}
	c.state, c.every = "", every{}
	b, err := os.ReadFile(c.metadata())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var at progress
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err == nil {
		err = m.LoadState(filepath.Join(c.BackupDir, filepath.Base(at.State)))
	}
	if err != nil {
		return fmt.Errorf("BackupAndRestore: restoring from %s: %w", c.BackupDir, err)
	}
	c.state = filepath.Base(at.State)
	if p.Steps > 0 && at.Batch >= p.Steps { // the last step of an epoch
		at.Epoch, at.Batch = at.Epoch+1, 0
	}
	p.InitialEpoch, p.InitialStep = at.Epoch, at.Batch
	return nil
}

// OnTrainBatchEnd saves every SaveFreq steps.
func (c *BackupAndRestore) OnTrainBatchEnd(_ context.Context, s *train.Step) error {
	if !c.every.due(c.SaveFreq) {
		return nil
	}
	return c.save(s.Model, s.Epoch, s.Index+1)
}

// OnEpochEnd saves, unless SaveFreq is set.
func (c *BackupAndRestore) OnEpochEnd(_ context.Context, e *train.Epoch) error {
	if c.SaveFreq > 0 {
		return nil
	}
	return c.save(e.Model, e.Index+1, 0)
}

// save writes the state to a new file and then names it in the metadata, in one rename: whenever the process dies, state
// and progress belong together.
func (c *BackupAndRestore) save(m train.Model, epoch, batch int) error {
	at := progress{Epoch: epoch, Batch: batch, State: fmt.Sprintf("epoch%d-batch%d.state.h5", epoch, batch)}
	b, err := json.Marshal(at)
	if err == nil {
		err = os.MkdirAll(c.BackupDir, 0o777)
	}
	if err == nil {
		err = m.(keeper).SaveState(filepath.Join(c.BackupDir, at.State))
	}
	if err == nil {
		err = os.WriteFile(c.metadata()+".tmp", b, 0o666)
	}
	if err == nil {
		err = os.Rename(c.metadata()+".tmp", c.metadata())
	}
	if err == nil && c.state != "" && c.state != at.State {
		err = os.Remove(filepath.Join(c.BackupDir, c.state))
	}
	if err != nil {
		return fmt.Errorf("BackupAndRestore: %w", err)
	}
	c.state = at.State
	return nil
}

// OnTrainEnd removes the backup, and the folder if nothing else is in it.
func (c *BackupAndRestore) OnTrainEnd(context.Context, *train.Phase) error {
	if c.KeepCheckpoint || c.state == "" {
		return nil
	}
	err := errors.Join(os.Remove(c.metadata()), os.Remove(filepath.Join(c.BackupDir, c.state)))
	c.state = ""
	if err != nil {
		return fmt.Errorf("BackupAndRestore: removing the backup: %w", err)
	}
	if left, err := os.ReadDir(c.BackupDir); err == nil && len(left) == 0 {
		return os.Remove(c.BackupDir)
	}
	return nil
}
