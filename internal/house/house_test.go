// Package house keeps the order of the packages: each imports only packages below it, so that every part can be read,
// tested and replaced without those above.
package house

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/gorgonin/gorgonin"

// house lists the packages from the roof down. An entry stands for the folders below it too, unless they have one.
var house = []string{
	// Programs, guides and what tests the whole.
	"examples", "benchmarks", "cmd", "docs",
	"internal/conform", "internal/badinput",
	// Models.
	"plot", "sequential", "functional", "saving", "callbacks", "train",
	// What models are made of.
	"layers/layertest", "layers",
	"metrics", "losses", "optimizers", "optimizers/schedules",
	"initializers", "regularizers", "constraints", "activations",
	"datasets", "data",
	// Gradients, and what runs a graph.
	"autodiff", "engine",
	"backend/xla", "backend/gorgonia", "backend/native", "backend",
	"distribution",
	// Graphs.
	"internal/opstest", "ops", "internal/config", "graph",
	// What knows nothing of graphs.
	"internal/house", "internal/table", "internal/kernels", "internal/par", "internal/hdf5", "internal/npz", "internal/array",
}

// floor is the place of a package in the house, 0 at the roof; -1 if it has none.
func floor(pkg string) int {
	for p := pkg; p != "."; p = path.Dir(p) {
		if i := slices.Index(house, p); i >= 0 {
			return i
		}
	}
	return -1
}

// violation says what is wrong with an import, "" if nothing is. Folders of one entry may import each other.
func violation(from, to string) string {
	f, t := floor(from), floor(to)
	switch {
	case f < 0:
		return fmt.Sprintf("%s has no place in the house: add it to the list, above all that it imports", from)
	case t < 0:
		return fmt.Sprintf("%s, imported by %s, has no place in the house: add it to the list", to, from)
	case t < f:
		return fmt.Sprintf("%s imports %s, which is above it: move what both need down, or turn the arrow with an interface", from, to)
	}
	return ""
}

// arrow is an import of one package of the module by another.
type arrow struct{ from, to, file string }

// arrows reads the imports of all files but tests, for every system. Generators in modules of their own are left out.
func arrows(root string) ([]arrow, error) {
	var all []arrow
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(root, file, d.Name())
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		from := path.Dir(filepath.ToSlash(relative))
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if to, ok := strings.CutPrefix(imported, module+"/"); ok {
				all = append(all, arrow{from, to, filepath.ToSlash(relative)})
			}
		}
		return nil
	})
	return all, err
}

// enter skips what the go command skips too: hidden folders, testdata, and other modules.
func enter(root, dir, name string) error {
	if dir == root {
		return nil
	}
	modules, err := filepath.Glob(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	if len(modules) > 0 || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	return nil
}

func TestArrowsPointDown(t *testing.T) {
	all, err := arrows("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("found %d imports, want at least 100: is the root of the module elsewhere?", len(all))
	}
	for _, a := range all {
		if v := violation(a.from, a.to); v != "" {
			t.Errorf("%s: %s", a.file, v)
		}
	}
}

func TestViolation(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"layers", "graph", ""},
		{"backend/native", "backend", ""},
		{"internal/conform/run", "internal/conform/cases", ""},
		{"graph", "ops", "above it"},
		{"backend", "backend/native", "above it"},
		{"optimizers/schedules", "optimizers", "above it"},
		{"attic", "graph", "attic has no place"},
		{"layers", "cellar/deep", "cellar/deep, imported by layers, has no place"},
	} {
		got := violation(c.from, c.to)
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s importing %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestHouseHasNoTwins(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range house {
		if seen[p] {
			t.Errorf("%s is in the list twice", p)
		}
		seen[p] = true
	}
}
