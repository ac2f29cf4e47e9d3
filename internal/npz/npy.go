package npz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ReadArray reads one .npy. Arrays stored in Fortran order or big-endian come out in row-major order and native values.
func ReadArray(r io.Reader) (*Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	d, err := lookup(h.descr)
	if err != nil {
		return nil, err
	}
	n, err := size(h.shape)
	if err != nil {
		return nil, err
	}
	if n > MaxBytes/d.size {
		return nil, fmt.Errorf("npz: %s array of shape %v is larger than %d bytes", d.name, h.shape, int64(MaxBytes))
	}
	// The shape is only a claim: let the buffer grow with what really arrives instead of allocating all of it.
	var raw bytes.Buffer
	if _, err := io.CopyN(&raw, r, int64(n*d.size)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("npz: %d of the %d bytes of a %s array of shape %v: %w", raw.Len(), n*d.size, d.name, h.shape, err)
	}
	data := raw.Bytes()
	if h.fortran {
		data = rowMajor(data, h.shape, d.size)
	}
	values, err := d.decode(data, order(h.descr), n)
	if err != nil {
		return nil, err
	}
	return &Array{Dtype: d.name, Shape: h.shape, Data: values}, nil
}

// order is the byte order that a descr such as ">f4" begins with; "|" (not applicable) and "=" read as little-endian.
func order(descr string) binary.ByteOrder {
	if descr[0] == '>' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// rowMajor rearranges elements of the given size from column-major (first axis fastest) to row-major order.
func rowMajor(data []byte, shape []int, size int) []byte {
	strides := make([]int, len(shape)) // in the source, in bytes
	step := size
	for i, d := range shape {
		strides[i] = step
		step *= d
	}
	out := make([]byte, 0, len(data))
	index := make([]int, len(shape))
	for at := 0; len(out) < len(data); {
		out = append(out, data[at:at+size]...)
		for i := len(shape) - 1; i >= 0; i-- {
			index[i]++
			at += strides[i]
			if index[i] < shape[i] {
				break
			}
			at -= index[i] * strides[i]
			index[i] = 0
		}
	}
	return out
}

// WriteArray writes a as an .npy of version 1.0, row-major and little-endian. Data of another type or length than Dtype and Shape say is an error.
func WriteArray(w io.Writer, a *Array) error {
	if a == nil {
		return errors.New("npz: no array to write (nil)")
	}
	d, ok := byName[a.Dtype]
	if !ok {
		return fmt.Errorf("npz: dtype %q cannot be stored; known are %s", a.Dtype, names)
	}
	if len(a.Shape) > maxAxes {
		return fmt.Errorf("npz: %d axes, at most %d can be stored", len(a.Shape), maxAxes)
	}
	n, err := a.Len()
	if err != nil {
		return err
	}
	raw, err := d.encode(a.Data, n)
	if err != nil {
		return fmt.Errorf("npz: %s array of shape %v: %w", a.Dtype, a.Shape, err)
	}
	if _, err := w.Write(formatHeader(d, a.Shape)); err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}
