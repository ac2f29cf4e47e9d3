// Package saving holds the file formats of models: Keras's .keras archives and .weights.h5 files, read and written in pure Go,
// and the registration of one's own classes, so that files can name them. Models are saved and loaded by package functional.
package saving

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gorgonin/gorgonin/internal/config"
	"github.com/pkg/errors"
)

// Options choose how a file is loaded.
type Options struct {
	// CustomObjects maps class names, or registered names, to prototypes: a layer, loss or metric, or a func.
	CustomObjects map[string]any
	// NoCompile leaves the compile settings and the optimizer's state of the file out.
	NoCompile bool
	// SkipMismatch skips weights whose shapes do not fit the model, instead of failing.
	SkipMismatch bool
}

// Register makes a class or function of one's own known to files under "package>Name", as gob.RegisterName does for gob. The
// prototype is a struct, a pointer to one, or a func.
func Register(name string, prototype any) error { return config.Register(name, prototype) }

// WriteFile writes a file so that a crash leaves either the old content or the new one: aside first, synced, then renamed.
func WriteFile(path string, write func(w io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) { // the temporary name means nothing to the user
			err = p.Err
		}
		return errors.Wrapf(err, "saving %s", path)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = errors.Wrapf(err, "saving %s", path)
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, err := os.Open(dir); err == nil { // the rename itself reaches the disk
		d.Sync()
		d.Close()
	}
	return nil
}
