package cases

import (
	"fmt"
	"os"
	"path/filepath"
)

// Ref is the place of a case that is not loaded yet.
type Ref struct {
	Category, ID, Dir string
}

// Find lists the cases under root, sorted by category and id: root is a folder of categories (<category>/<id>/case.json),
// one category (<id>/case.json), or one case. A folder at the place of a case counts even without case.json, so that
// loading it reports what is missing.
func Find(root string) ([]Ref, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if exists(filepath.Join(abs, "case.json")) {
		return []Ref{{filepath.Base(filepath.Dir(abs)), filepath.Base(abs), abs}}, nil
	}
	folders, err := subfolders(abs)
	if err != nil {
		return nil, err
	}
	refs := []Ref{}
	for _, folder := range folders {
		if exists(filepath.Join(folder, "case.json")) {
			return in(abs, folders), nil
		}
		inner, err := subfolders(folder)
		if err != nil {
			return nil, err
		}
		refs = append(refs, in(folder, inner)...)
	}
	if len(refs) == 0 {
		return nil, fmt.Errorf("%s holds no cases: want <category>/<id>/case.json or <id>/case.json", root)
	}
	return refs, nil
}

func in(category string, folders []string) []Ref {
	refs := make([]Ref, len(folders))
	for i, dir := range folders {
		refs[i] = Ref{filepath.Base(category), filepath.Base(dir), dir}
	}
	return refs
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// subfolders are the folders in dir, links to folders included.
func subfolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			out = append(out, path)
		}
	}
	return out, nil
}
