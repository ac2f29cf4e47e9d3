package datasets

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"
)

// source is a data set on a web server. The checksums are those that its distributors publish; MD5 serves to find
// damage, which is all that is asked of it here.
type source struct {
	name  string // of the folder below the cache
	url   string // of the folder on the server, with the last slash
	files []file
}

type file struct{ name, md5 string }

// largestFile bounds a download; the largest file of all sets has 170 MB.
const largestFile = 1 << 30

// fetch returns the paths of the files, downloading those that are missing.
func (s source) fetch(ctx context.Context) ([]string, error) {
	dir, err := s.dir()
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(s.files))
	for i, f := range s.files {
		paths[i] = filepath.Join(dir, f.name)
		if _, err := os.Stat(paths[i]); os.IsNotExist(err) {
			if err := s.download(ctx, f, paths[i]); err != nil {
				return nil, errors.WithMessagef(err, "datasets: cannot download %s%s; without a network put %s into %s (or set GORGONIN_DATA to the folder that holds %s)",
					s.url, f.name, s.missing(dir), dir, s.name)
			}
			continue
		}
		if err := f.check(paths[i]); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

func (s source) dir() (string, error) {
	if root := os.Getenv("GORGONIN_DATA"); root != "" {
		return filepath.Join(root, s.name), nil
	}
	root, err := os.UserCacheDir()
	if err != nil {
		return "", errors.Wrap(err, "datasets: there is no cache folder, set GORGONIN_DATA")
	}
	return filepath.Join(root, "gorgonin", s.name), nil
}

// missing lists the files that are not in dir.
func (s source) missing(dir string) string {
	var names []string
	for _, f := range s.files {
		if _, err := os.Stat(filepath.Join(dir, f.name)); err != nil {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}

func (f file) check(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return errors.Wrap(err, "datasets")
	}
	defer r.Close()
	sum := md5.New()
	if _, err := io.Copy(sum, r); err != nil {
		return errors.Wrapf(err, "datasets: %s", path)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.md5 {
		return errors.Errorf("datasets: %s is damaged: its MD5 is %s, want %s; delete it to download it again", path, got, f.md5)
	}
	return nil
}

// download writes beside the final path and renames when everything is there and right, so that a crash or a cancelled
// context leaves no half file, and two programs may download at once.
func (s source) download(ctx context.Context, f file, path string) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+f.name, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.Errorf("the server answered %s", response.Status)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), f.name+".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if err := f.save(part, response.Body); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}

// save copies the body to part, closes it, and compares the checksum.
func (f file) save(part *os.File, body io.Reader) error {
	sum := md5.New()
	_, err := io.Copy(io.MultiWriter(part, sum), io.LimitReader(body, largestFile))
	if err == nil {
		err = part.Chmod(0o644) // CreateTemp's 0600 would shut other users of a shared cache out
	}
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.md5 {
		return errors.Errorf("the server sent a file whose MD5 is %s, want %s", got, f.md5)
	}
	return nil
}
