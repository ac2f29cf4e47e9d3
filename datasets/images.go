package datasets

import (
	"github.com/gorgonin/gorgonin/data"
	"github.com/pkg/errors"
)

// images collects pixels in the order (n, height, width, channels) and one label per image.
type images struct {
	pixels []float32
	labels []int
}

func (m images) arrays(height, width, channels int) (data.Arrays, error) {
	x, err := data.Of(m.pixels, len(m.labels), height, width, channels)
	if err != nil {
		return data.Arrays{}, err
	}
	y, err := data.Of(m.labels)
	return data.Arrays{X: x, Y: y}, err
}

func both(a, b images, height, width, channels int) (train, test data.Arrays, err error) {
	if train, err = a.arrays(height, width, channels); err != nil {
		return train, test, errors.WithMessage(err, "datasets: train")
	}
	test, err = b.arrays(height, width, channels)
	return train, test, errors.WithMessage(err, "datasets: test")
}

// unit scales bytes to [0, 1].
func unit(b []byte) []float32 {
	out := make([]float32, len(b))
	for i, v := range b {
		out[i] = float32(v) / 255
	}
	return out
}
