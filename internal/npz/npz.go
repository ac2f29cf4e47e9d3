// Package npz reads and writes NumPy's array files: .npy (one array) and .npz (a zip of them).
//
// The saving package stores weights with it and the conformance runner reads recorded arrays with it. Start at
// [Read] and [ReadArray]. The format is numpy.lib.format's, versions 1.0 to 3.0:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npz

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
)

// MaxBytes bounds the elements of one array, in bytes; a longer array is an error. It keeps a small hostile file (a
// deflated run of zeros) from taking all memory.
const MaxBytes = 1 << 32

// Array is one array in row-major (C) order.
//
// Dtype is NumPy's name without byte order: float16, float32, float64, int8 ... int64, uint8 ... uint64 or bool. Data is
// a slice of the matching Go type with one element for each position; float16 is held as []float32. A 0-d array has an
// empty Shape and one element.
type Array struct {
	Dtype string
	Shape []int
	Data  any
}

// Len is the number of elements that Shape asks for, or an error if an axis is negative or the product overflows.
func (a *Array) Len() (int, error) { return size(a.Shape) }

func size(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("npz: shape %v has a negative axis", shape)
		}
		// An axis of 0 makes the array empty, whatever the others are: keep the product from overflowing first.
		if d > 0 && n > math.MaxInt/d {
			if slices.Contains(shape, 0) {
				return 0, nil
			}
			return 0, fmt.Errorf("npz: shape %v has too many elements", shape)
		}
		n *= d
	}
	return n, nil
}

// Read reads all arrays of an .npz of the given size in bytes, by name (without ".npy"). Members that are not .npy files
// are skipped, as numpy.load leaves them alone too.
func Read(r io.ReaderAt, size int64) (map[string]*Array, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: not a zip file: %w", err)
	}
	arrays := make(map[string]*Array, len(z.File))
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if _, twice := arrays[name]; twice {
			return nil, fmt.Errorf("npz: two arrays are named %q", name)
		}
		if arrays[name], err = readMember(f); err != nil {
			return nil, fmt.Errorf("npz: array %q: %w", name, err)
		}
	}
	return arrays, nil
}

func readMember(f *zip.File) (*Array, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	a, err := ReadArray(r)
	if err != nil {
		return nil, err
	}
	// Reading up to the end is what makes archive/zip verify the checksum.
	if n, err := io.Copy(io.Discard, io.LimitReader(r, 1)); err != nil {
		return nil, err
	} else if n > 0 {
		return nil, fmt.Errorf("bytes follow the %d-axis array of shape %v", len(a.Shape), a.Shape)
	}
	return a, nil
}

// ReadFile reads all arrays of the .npz at path.
func ReadFile(path string) (map[string]*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return Read(f, info.Size())
}

// Write writes arrays as an .npz, sorted by name, stored (numpy.savez) or deflated (numpy.savez_compressed). The same
// arrays give the same bytes: no time is recorded.
func Write(w io.Writer, arrays map[string]*Array, compress bool) error {
	method := zip.Store
	if compress {
		method = zip.Deflate
	}
	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		member, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		if err != nil {
			return fmt.Errorf("npz: array %q: %w", name, err)
		}
		if err := WriteArray(member, arrays[name]); err != nil {
			return fmt.Errorf("npz: array %q: %w", name, err)
		}
	}
	return z.Close()
}
