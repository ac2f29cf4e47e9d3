package datasets

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"

	"github.com/pkg/errors"
)

const (
	idxBytes   = 8       // the code of unsigned bytes, the only element type of the MNIST family
	idxLargest = 1 << 28 // elements; MNIST has 47 million
)

// readIDX reads an idx file of unsigned bytes with the given number of axes, gzipped. Format: "THE IDX FILE FORMAT" in
// http://yann.lecun.com/exdb/mnist/.
func readIDX(path string, axes int) (shape []int, values []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.Wrap(err, "datasets")
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, nil, errors.Wrapf(err, "datasets: %s", path)
	}
	shape, values, err = parseIDX(unzipped, axes)
	return shape, values, errors.WithMessagef(err, "datasets: %s", path)
}

func parseIDX(r io.Reader, axes int) ([]int, []byte, error) {
	var magic [4]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return nil, nil, errors.Wrap(err, "the idx header")
	}
	if want := [4]byte{0, 0, idxBytes, byte(axes)}; magic != want {
		return nil, nil, errors.Errorf("the idx file begins with % x, want % x", magic, want)
	}
	sizes := make([]uint32, axes)
	if err := binary.Read(r, binary.BigEndian, sizes); err != nil {
		return nil, nil, errors.Wrap(err, "the idx header")
	}
	shape, n := make([]int, axes), 1
	for i, size := range sizes {
		// Dividing first keeps the product from overflowing.
		if size == 0 || int64(size) > int64(idxLargest/n) {
			return nil, nil, errors.Errorf("an idx file of shape %v is empty or too large", sizes)
		}
		shape[i] = int(size)
		n *= shape[i]
	}
	// ReadAll grows with what is there: a wrong size in the header does not allocate.
	values, err := io.ReadAll(io.LimitReader(r, int64(n)+1))
	if err != nil {
		return nil, nil, errors.Wrap(err, "the idx elements")
	}
	if len(values) != n {
		return nil, nil, errors.Errorf("the idx file of shape %v holds %d elements or more, want %d", shape, len(values), n)
	}
	return shape, values, nil
}
