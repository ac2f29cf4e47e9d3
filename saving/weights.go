package saving

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/array"
	"github.com/gorgonin/gorgonin/internal/hdf5"
	"github.com/pkg/errors"
)

// Entry is the parameters of one layer (or optimizer, or seed) in a tree of weights.
type Entry struct {
	Path   string // "layers/dense/vars"; the parameters are its children "0", "1" ...
	Name   string // the layer's name, kept as an attribute; "" for none
	Params []*graph.Param
	// Seed marks a seed state, which Keras holds as two uint32.
	Seed bool
	// Optional marks an entry that a file may lack.
	Optional bool
}

// WriteWeights writes entries as Keras's .weights.h5.
func WriteWeights(w io.Writer, entries []Entry) error {
	root := hdf5.NewGroup()
	for _, e := range entries {
		g, err := root.MakeGroup(e.Path)
		if err != nil {
			return err
		}
		if e.Name != "" {
			g.Attrs["name"] = hdf5.Scalar(e.Name)
		}
		for i, p := range e.Params {
			a := toArray(p, e.Seed)
			d, err := root.Put(e.Path+"/"+strconv.Itoa(i), a)
			if err != nil {
				return errors.WithMessage(err, p.Path())
			}
			if a.Dtype == hdf5.BFloat16 {
				d.Attrs = map[string]hdf5.Array{"dtype": hdf5.Scalar("bfloat16")}
			}
		}
	}
	return hdf5.Write(w, root)
}

// toArray reads a parameter as a file holds it.
func toArray(p *graph.Param, seed bool) hdf5.Array {
	values := array.Elements(p.Value())
	a := hdf5.Array{Dtype: hdf5.Dtype(p.Spec().Dtype), Shape: p.Spec().Shape, Data: values}
	if v, ok := values.([]int64); ok && seed {
		u := make([]uint32, len(v))
		for i, x := range v {
			u[i] = uint32(x)
		}
		a.Dtype, a.Data = hdf5.Uint32, u
	}
	switch p.Spec().Dtype {
	case graph.BFloat16:
		a.Data = bits(values.([]float32), bfloat16Bits)
	case graph.Float16:
		a.Data = bits(values.([]float32), float16Bits)
	}
	return a
}

// ReadWeights reads a .weights.h5 file, of Keras or ours, into the parameters of the entries. Nothing is changed unless all
// of it fits; skip leaves out what does not.
func ReadWeights(b []byte, entries []Entry, skip bool) error {
	root, err := hdf5.Open(b)
	if err != nil {
		return err
	}
	var found loads
	for _, e := range entries {
		g := find(root, e.Path)
		if g == nil || len(g.Datasets) == 0 && len(e.Params) > 0 {
			if e.Optional || skip || len(e.Params) == 0 {
				continue
			}
			return errors.Errorf("the file has no weights %s for %s: it was saved from another model", e.Path, describe(e))
		}
		if len(g.Datasets) != len(e.Params) {
			if skip || e.Optional {
				continue
			}
			return errors.Errorf("%s has %d weights in the file, %s has %d", e.Path, len(g.Datasets), describe(e), len(e.Params))
		}
		for i, p := range e.Params {
			d := g.Datasets[strconv.Itoa(i)]
			if d == nil {
				return errors.Errorf("the file has no weight %s/%d", e.Path, i)
			}
			v, err := fromArray(p, d.Array)
			if err != nil && skip {
				continue
			}
			if err != nil {
				return errors.WithMessagef(err, "%s/%d", e.Path, i)
			}
			found = append(found, load{p, v})
		}
	}
	return found.store()
}

func describe(e Entry) string {
	if e.Name != "" {
		return "layer " + e.Name
	}
	return "the model"
}

// find follows a path. Files of models of one's own classes call the list of layers otherwise, and Keras 2 began the names of
// inner layers with "_".
func find(root *hdf5.Group, path string) *hdf5.Group {
	g := root
	for _, name := range strings.Split(path, "/") {
		var next *hdf5.Group
		if next = g.Groups[name]; next == nil {
			next = g.Groups["_"+name]
		}
		if next == nil && name == "layers" {
			next = g.Groups["_layer_checkpoint_dependencies"]
		}
		if next == nil {
			return nil
		}
		g = next
	}
	return g
}

// fromArray checks a stored array against a parameter and returns it as a tensor.
func fromArray(p *graph.Param, a hdf5.Array) (any, error) {
	shape := p.Spec().Shape
	if !shape.Equal(graph.Shape(a.Shape)) && !(len(shape) == 0 && len(a.Shape) == 0) {
		return nil, fmt.Errorf("the file holds the shape %v, %s has %v", graph.Shape(a.Shape), p.Path(), shape)
	}
	data := a.Data
	switch a.Dtype {
	case hdf5.BFloat16:
		data = floats(a.Data.([]uint16), fromBFloat16)
	case hdf5.Float16:
		data = floats(a.Data.([]uint16), fromFloat16)
	case hdf5.String, hdf5.Bytes:
		return nil, fmt.Errorf("the file holds strings for %s", p.Path())
	}
	return array.Dense(data, shape), nil
}

func bits(v []float32, f func(float32) uint16) []uint16 {
	out := make([]uint16, len(v))
	for i, x := range v {
		out[i] = f(x)
	}
	return out
}

func floats(v []uint16, f func(uint16) float32) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = f(x)
	}
	return out
}

func bfloat16Bits(x float32) uint16 { return uint16(math.Float32bits(x) >> 16) }

func fromBFloat16(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// float16Bits writes a number that float16 can hold exactly, as parameters of that dtype are.
func float16Bits(x float32) uint16 {
	b := math.Float32bits(x)
	sign, exp, frac := uint16(b>>16&0x8000), int(b>>23&0xff), b&0x7fffff
	switch {
	case exp == 0xff && frac != 0:
		return sign | 0x7e00
	case exp-112 >= 31:
		return sign | 0x7c00
	case exp-112 > 0:
		return sign | uint16(exp-112)<<10 | uint16(frac>>13)
	case exp-112 > -11: // subnormal in float16
		return sign | uint16((frac|0x800000)>>(126-exp))
	}
	return sign
}

func fromFloat16(h uint16) float32 {
	sign, exp, frac := uint32(h&0x8000)<<16, uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch {
	case exp == 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	case exp == 0:
		v := float32(frac) / (1 << 24)
		if sign != 0 {
			v = -v
		}
		return v
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
