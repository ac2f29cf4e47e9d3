// Package hdf5 reads and writes the part of the HDF5 file format that Keras model and weight files use.
// The saving package calls it: Open parses a whole file held in memory into a tree of groups and datasets, Write lays
// a tree out the way h5py does with its default settings, so that every version of Keras can read it.
//
// Start at Group (the tree), then superblock.go (where a file begins) and write.go (the order in which one is laid out).
// The format is described at https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html.
package hdf5

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Group is a folder of an HDF5 file. A nil map counts as empty.
type Group struct {
	Attrs    map[string]Array
	Groups   map[string]*Group
	Datasets map[string]*Dataset
}

// Dataset is a named array with attributes of its own.
type Dataset struct {
	Array
	Attrs map[string]Array
}

// NewGroup returns an empty group whose maps can be written to.
func NewGroup() *Group {
	return &Group{Attrs: map[string]Array{}, Groups: map[string]*Group{}, Datasets: map[string]*Dataset{}}
}

// GroupNames returns the names of the subgroups, sorted, which is the order in which h5py iterates.
func (g *Group) GroupNames() []string { return slices.Sorted(maps.Keys(g.Groups)) }

// DatasetNames returns the names of the datasets, sorted as text ("10" before "2").
func (g *Group) DatasetNames() []string { return slices.Sorted(maps.Keys(g.Datasets)) }

// Group returns the group at a slash-separated path below g, or nil if there is none. The empty path and "/" are g.
func (g *Group) Group(path string) *Group {
	for _, name := range split(path) {
		if g = g.Groups[name]; g == nil {
			return nil
		}
	}
	return g
}

// Dataset returns the dataset at a slash-separated path below g, or nil if there is none.
func (g *Group) Dataset(path string) *Dataset {
	dir, name := parent(path)
	if g = g.Group(dir); g == nil {
		return nil
	}
	return g.Datasets[name]
}

// MakeGroup returns the group at path below g, creating what is missing. A dataset on the way is an error.
func (g *Group) MakeGroup(path string) (*Group, error) {
	for _, name := range split(path) {
		if g.Datasets[name] != nil {
			return nil, fmt.Errorf("hdf5: cannot make group %q: %q is a dataset", path, name)
		}
		next := g.Groups[name]
		if next == nil {
			next = NewGroup()
			if g.Groups == nil {
				g.Groups = map[string]*Group{}
			}
			g.Groups[name] = next
		}
		g = next
	}
	return g, nil
}

// Put stores a as the dataset at path below g, creating missing groups and replacing a dataset that is already there.
// The result may be given attributes. A group at path, or an array whose data does not fit its shape, is an error.
func (g *Group) Put(path string, a Array) (*Dataset, error) {
	dir, name := parent(path)
	if name == "" {
		return nil, fmt.Errorf("hdf5: dataset path %q has no name", path)
	}
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("hdf5: dataset %q: %w", path, err)
	}
	at, err := g.MakeGroup(dir)
	if err != nil {
		return nil, err
	}
	if at.Groups[name] != nil {
		return nil, fmt.Errorf("hdf5: cannot put dataset %q: a group has that name", path)
	}
	d := &Dataset{Array: a, Attrs: map[string]Array{}}
	if at.Datasets == nil {
		at.Datasets = map[string]*Dataset{}
	}
	at.Datasets[name] = d
	return d, nil
}

// Walk calls visit for every dataset below g, each group's datasets before its subgroups, in sorted order.
// path has no leading slash. The first error stops the walk and is returned.
func (g *Group) Walk(visit func(path string, d *Dataset) error) error { return g.walk("", visit) }

func (g *Group) walk(prefix string, visit func(string, *Dataset) error) error {
	for _, name := range g.DatasetNames() {
		if err := visit(prefix+name, g.Datasets[name]); err != nil {
			return err
		}
	}
	for _, name := range g.GroupNames() {
		if err := g.Groups[name].walk(prefix+name+"/", visit); err != nil {
			return err
		}
	}
	return nil
}

func split(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func parent(path string) (dir, name string) {
	path = strings.Trim(path, "/")
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}
