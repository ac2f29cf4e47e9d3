package saving

import (
	"fmt"
	"slices"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/hdf5"
	"github.com/pkg/errors"
)

// Legacy is an HDF5 file of a whole model, or of weights, as Keras 2 wrote them and Keras 3 still does for names in .h5.
type Legacy struct {
	Config   []byte // model_config: the architecture; nil in a file of weights
	Training []byte // training_config: the compile settings; nil if there are none

	weights *hdf5.Group
}

// IsHDF5 reports whether a file begins as HDF5 files do.
func IsHDF5(b []byte) bool { return len(b) >= 8 && string(b[:8]) == "\x89HDF\r\n\x1a\n" }

// ReadLegacy reads such a file. IsLegacy tells it from Keras 3's .weights.h5.
func ReadLegacy(b []byte) (*Legacy, error) {
	root, err := hdf5.Open(b)
	if err != nil {
		return nil, err
	}
	f := &Legacy{weights: root, Config: text(root, "model_config"), Training: text(root, "training_config")}
	if g := root.Group("model_weights"); g != nil {
		f.weights = g
	}
	if _, ok := list(f.weights, "layer_names"); !ok {
		return nil, errors.New("the file lists no layer_names: it is no HDF5 file of a Keras model")
	}
	return f, nil
}

// IsLegacy reports whether a file of weights is of the older kind.
func IsLegacy(b []byte) bool {
	_, err := ReadLegacy(b)
	return err == nil
}

func text(g *hdf5.Group, attr string) []byte {
	if s, ok := g.Attrs[attr].Data.([]string); ok && len(s) == 1 {
		return []byte(s[0])
	}
	return nil
}

// list reads a list of names. One too long for an attribute is split into name0, name1 ...; an empty one is of floats.
func list(g *hdf5.Group, attr string) (names []string, ok bool) {
	if a, ok := g.Attrs[attr]; ok {
		s, _ := a.Data.([]string)
		return s, true
	}
	for i := 0; ; i++ {
		a, more := g.Attrs[fmt.Sprintf("%s%d", attr, i)]
		if !more {
			return names, i > 0
		}
		s, _ := a.Data.([]string)
		names = append(names, s...)
	}
}

// ReadWeights reads the weights into the parameters of the entries, which are the model's layers in order; those without
// weights are passed over on both sides, names do not count. Nothing is changed unless all fits; skip leaves out what does not.
func (f *Legacy) ReadWeights(entries []Entry, skip bool) error {
	names, _ := list(f.weights, "layer_names")
	var groups []string
	for _, name := range names {
		g := f.weights.Groups[name]
		if g == nil {
			return errors.Errorf("the file lists the layer %s, but does not hold it", name)
		}
		if w, _ := list(g, "weight_names"); len(w) > 0 {
			groups = append(groups, name)
		}
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return len(e.Params) == 0 })
	if len(groups) != len(entries) {
		return errors.Errorf("the file has %d layers with weights, the model %d: it was saved from another model", len(groups), len(entries))
	}
	var found loads
	for i, e := range entries {
		if err := f.layer(&found, groups[i], e, skip); err != nil {
			return err
		}
	}
	return found.store()
}

func (f *Legacy) layer(found *loads, name string, e Entry, skip bool) error {
	g := f.weights.Groups[name]
	weights, _ := list(g, "weight_names")
	if len(weights) != len(e.Params) {
		if skip {
			return nil
		}
		return errors.Errorf("layer %s has %d weights in the file, %s has %d", name, len(weights), describe(e), len(e.Params))
	}
	for i, w := range weights {
		d := g.Dataset(w)
		if d == nil {
			return errors.Errorf("the file lists the weight %s of layer %s, but does not hold it", w, name)
		}
		v, err := fromArray(e.Params[i], d.Array)
		switch {
		case err == nil:
			*found = append(*found, load{e.Params[i], v})
		case !skip:
			return errors.WithMessage(err, w)
		}
	}
	return nil
}

// load is a value on its way into a parameter.
type load struct {
	p *graph.Param
	v any
}

type loads []load

// store sets the parameters. If one refuses its value, those set before get theirs back.
func (l loads) store() error {
	for i, x := range l {
		old := x.p.Value()
		if err := x.p.SetValue(x.v); err != nil {
			for _, done := range l[:i] {
				done.p.SetValue(done.v)
			}
			return err
		}
		l[i].v = old
	}
	return nil
}
