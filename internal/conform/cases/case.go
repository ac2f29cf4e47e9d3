// Package cases reads recorded conformance cases: a folder for each with case.json and data.npz, written down from real
// Keras. [Find] lists them, [Load] reads one, and [Value] is the tree that arguments and results are given in.
//
// The runners of internal/conform are the only callers.
package cases

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// Case is one recorded case. The fields that most categories share are decoded; everything is in Root.
type Case struct {
	ID, Category, Dir string
	Target            Target
	Config            *Value            // the serialized object; nil for functions
	Args, Kwargs      *Value            // of the call
	Output            *Value            // what it must give
	Weights           []Weight          // in the order of layer.weights
	Grads             map[string]string // name of an input or weight -> name of its gradient
	GradsDropped      []string          // gradients that must not be checked
	Post              map[string]string // name of a weight -> name of its value after the call
	Tags              []string
	ChannelsFirst     bool // the global image_data_format was channels_first
	Root              *Value

	tolerance map[string]float64
	data      map[string]*npz.Array
}

// Target is what a case calls.
type Target struct {
	Kind   string // function, layer, loss, metric ...
	Name   string // "image.resize" for keras.ops.image.resize
	Module string
}

// Weight is one variable with its value before the call.
type Weight struct {
	Name      string     // in data.npz: w0, w1 ...; "" where the category stores no values
	Path      string     // "dense/kernel"
	Variable  string     // the last component of Path
	Value     *npz.Array // nil when Name is ""
	Shape     []int
	Trainable bool
}

// Load reads the case in dir. A file that case.json names and that is missing is an error.
func Load(dir string) (*Case, error) {
	text, err := os.ReadFile(filepath.Join(dir, "case.json"))
	if err != nil {
		return nil, err
	}
	data, err := npz.ReadFile(filepath.Join(dir, "data.npz"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	root, err := Decode(text, data)
	if err != nil {
		return nil, fmt.Errorf("case.json: %w", err)
	}
	c := &Case{Dir: dir, Root: root, data: data}
	if err := c.fill(); err != nil {
		return nil, fmt.Errorf("case.json: %w", err)
	}
	for _, name := range c.files() {
		if _, err := os.Stat(c.File(name)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Case) fill() error {
	root := c.Root
	c.Config, c.Args, c.Kwargs, c.Output = root.Get("config"), root.Get("args"), root.Get("kwargs"), root.Get("output")
	var errs []error
	text := func(keys ...string) string {
		v := root.Path(keys...)
		if v.IsNull() {
			return ""
		}
		s, err := v.Str()
		if err != nil {
			errs = append(errs, fmt.Errorf("%v: %w", keys, err))
		}
		return s
	}
	c.ID, c.Category = text("id"), text("category")
	c.Target = Target{text("target", "kind"), text("target", "name"), text("target", "module")}
	c.ChannelsFirst = text("image_data_format") == "channels_first"
	c.Grads = gather(root, "grads", (*Value).Str, &errs)
	c.Post = gather(root, "post", (*Value).Str, &errs)
	c.tolerance = gather(root, "tolerance", (*Value).Float, &errs)
	c.Tags = listed(root, "tags", &errs)
	c.GradsDropped = listed(root, "grads_dropped", &errs)
	for i, w := range root.Get("weights").Items() {
		weight, err := c.weight(w)
		if err != nil {
			errs = append(errs, fmt.Errorf("weight %d: %w", i, err))
		}
		c.Weights = append(c.Weights, weight)
	}
	return errors.Join(errs...)
}

// gather reads the dict at key into a map; nil when it is absent.
func gather[T any](root *Value, key string, get func(*Value) (T, error), errs *[]error) map[string]T {
	v := root.Get(key)
	if v.IsNull() {
		return nil
	}
	out := map[string]T{}
	for i, name := range v.Keys() {
		item, err := get(v.Items()[i])
		if err != nil {
			*errs = append(*errs, fmt.Errorf("%s: %s: %w", key, name, err))
		}
		out[name] = item
	}
	return out
}

func listed(root *Value, key string, errs *[]error) []string {
	v := root.Get(key)
	if v.IsNull() {
		return nil
	}
	out, err := v.Strs()
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", key, err))
	}
	return out
}

func (c *Case) weight(v *Value) (Weight, error) {
	var w Weight
	var err error
	if w.Path, err = v.Get("path").Str(); err != nil {
		return w, fmt.Errorf("path: %w", err)
	}
	if w.Variable, err = v.Get("name").Str(); err != nil {
		return w, fmt.Errorf("name: %w", err)
	}
	if w.Shape, err = v.Get("shape").Ints(); err != nil {
		return w, fmt.Errorf("shape: %w", err)
	}
	if w.Trainable, err = v.Get("trainable").Bool(); err != nil {
		return w, fmt.Errorf("trainable: %w", err)
	}
	if name := v.Get("array"); !name.IsNull() {
		if w.Name, err = name.Str(); err != nil {
			return w, fmt.Errorf("array: %w", err)
		}
		w.Value, err = c.Array(w.Name)
	}
	return w, err
}

// Array is the array of that name in data.npz. It must not be changed.
func (c *Case) Array(name string) (*npz.Array, error) {
	a, ok := c.data[name]
	if !ok {
		return nil, missing(name, c.data)
	}
	return a, nil
}

// Has reports whether data.npz holds an array of that name.
func (c *Case) Has(name string) bool { return c.data[name] != nil }

// Gradients are the recorded gradients by the name of their input or weight.
func (c *Case) Gradients() (map[string]*npz.Array, error) {
	out := make(map[string]*npz.Array, len(c.Grads))
	for of, name := range c.Grads {
		a, err := c.Array(name)
		if err != nil {
			return nil, err
		}
		out[of] = a
	}
	return out, nil
}

// Dropped reports whether the gradient of an input or weight must not be checked.
func (c *Case) Dropped(of string) bool { return slices.Contains(c.GradsDropped, "g"+of) }

// Tol is the tolerance of that name ("forward", "grad", "logs" ...); without one in the file 1e-5, for "grad" 1e-4.
func (c *Case) Tol(name string) float64 {
	if tol, ok := c.tolerance[name]; ok {
		return tol
	}
	if name == "grad" {
		return 1e-4
	}
	return 1e-5
}

// File is the path of a file of this case.
func (c *Case) File(name string) string { return filepath.Join(c.Dir, name) }

// files are the names of the files beside case.json that it says are there.
func (c *Case) files() []string {
	var out []string
	for _, key := range []string{"file", "files"} {
		if v := c.Root.Get(key); !v.IsNull() {
			names, err := v.Strs()
			if err != nil {
				continue // "file" may be something else's field; runners that need it report it
			}
			out = append(out, names...)
		}
	}
	return out
}

// Tagged reports whether the case carries that tag.
func (c *Case) Tagged(tag string) bool { return slices.Contains(c.Tags, tag) }
