package datasets

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path"
	"slices"

	"github.com/gorgonin/gorgonin/data"
	"github.com/pkg/errors"
)

const cifarPlane = 32 * 32

// cifar is one of the two data sets in their binary form: records of a few label bytes and 3 x 1024 bytes of pixels.
type cifar struct {
	source
	train, test []string // the files in the archive
	labels      int      // bytes of labels in a record
	label       int      // the one wanted
	classes     int
}

var cifar10 = cifar{
	source: source{name: "cifar-10", url: "https://www.cs.toronto.edu/~kriz/",
		files: []file{{"cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"}}},
	train:  []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
	test:   []string{"test_batch.bin"},
	labels: 1, classes: 10,
}

var cifar100 = cifar{
	source: source{name: "cifar-100", url: "https://www.cs.toronto.edu/~kriz/",
		files: []file{{"cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"}}},
	train: []string{"train.bin"}, test: []string{"test.bin"},
	labels: 2, label: 1, classes: 100,
}

// CIFAR10 returns 50,000 + 10,000 colour photographs in ten classes: X is float32 (n, 32, 32, 3) in [0, 1], Y is int (n),
// 0..9. The file (170 MB) is downloaded once; see the package comment. Source: A. Krizhevsky (2009), Learning Multiple
// Layers of Features from Tiny Images. Keras: https://keras.io/api/datasets/cifar10/.
func CIFAR10(ctx context.Context) (train, test data.Arrays, err error) { return cifar10.load(ctx) }

// CIFAR100 returns 50,000 + 10,000 colour photographs in the form of [CIFAR10] (169 MB); Y holds the 100 fine classes.
// Keras: https://keras.io/api/datasets/cifar100/.
func CIFAR100(ctx context.Context) (train, test data.Arrays, err error) { return cifar100.load(ctx) }

func (c cifar) load(ctx context.Context) (train, test data.Arrays, err error) {
	paths, err := c.fetch(ctx)
	if err != nil {
		return train, test, err
	}
	f, err := os.Open(paths[0])
	if err != nil {
		return train, test, errors.Wrap(err, "datasets")
	}
	defer f.Close()
	a, b, err := c.read(bufio.NewReader(f))
	if err != nil {
		return train, test, errors.WithMessagef(err, "datasets: %s", paths[0])
	}
	return both(a, b, 32, 32, 3)
}

// read unpacks the archive and joins its files in the order of their names in c, whatever their order in the archive.
func (c cifar) read(r io.Reader) (train, test images, err error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return train, test, err
	}
	found := map[string]images{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return train, test, err
		}
		name := path.Base(header.Name)
		if !slices.Contains(c.train, name) && !slices.Contains(c.test, name) {
			continue
		}
		if found[name], err = c.parse(archive); err != nil {
			return train, test, errors.WithMessage(err, name)
		}
	}
	if train, err = join(found, c.train); err != nil {
		return train, test, err
	}
	test, err = join(found, c.test)
	return train, test, err
}

// cifarLargest bounds the records of one file; the largest real one has 50,000.
const cifarLargest = 1 << 17

// parse reads records to the end and turns their colour planes into pixels of three channels.
func (c cifar) parse(r io.Reader) (images, error) {
	var m images
	record := make([]byte, c.labels+3*cifarPlane)
	for {
		if _, err := io.ReadFull(r, record); err == io.EOF {
			return m, nil
		} else if err != nil {
			return m, errors.Wrapf(err, "record %d", len(m.labels))
		}
		if len(m.labels) == cifarLargest {
			return m, errors.Errorf("there are more than %d records", cifarLargest)
		}
		label := int(record[c.label])
		if label >= c.classes {
			return m, errors.Errorf("record %d has label %d, want 0 to %d", len(m.labels), label, c.classes-1)
		}
		m.labels = append(m.labels, label)
		planes := record[c.labels:]
		for i := range cifarPlane {
			for channel := range 3 {
				m.pixels = append(m.pixels, float32(planes[channel*cifarPlane+i])/255)
			}
		}
	}
}

// join concatenates the files of the given names.
func join(found map[string]images, names []string) (all images, err error) {
	for _, name := range names {
		m := found[name]
		if len(m.labels) == 0 {
			return all, errors.Errorf("the archive lacks %s", name)
		}
		all.pixels = append(all.pixels, m.pixels...)
		all.labels = append(all.labels, m.labels...)
	}
	return all, nil
}
