package datasets

import (
	"context"

	"github.com/gorgonin/gorgonin/data"
	"github.com/pkg/errors"
)

var mnist = source{
	name: "mnist",
	url:  "https://storage.googleapis.com/cvdf-datasets/mnist/",
	files: []file{
		{"train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
		{"train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"},
		{"t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"},
		{"t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"},
	},
}

var fashion = source{
	name: "fashion-mnist",
	url:  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
	files: []file{
		{"train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"},
		{"train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"},
		{"t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"},
		{"t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"},
	},
}

// MNIST returns 60,000 + 10,000 handwritten digits: X is float32 (n, 28, 28, 1) in [0, 1], Y is int (n), 0..9. The files
// (11 MB) are downloaded once; see the package comment. Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database
// of handwritten digits. Keras: https://keras.io/api/datasets/mnist/.
func MNIST(ctx context.Context) (train, test data.Arrays, err error) { return mnist.pair(ctx) }

// MNISTTest returns the 10,000 test images of [MNIST] alone, for which two small files (1.6 MB) suffice: enough to try a
// model on, split by [data.Arrays.Split].
func MNISTTest(ctx context.Context) (data.Arrays, error) {
	s := mnist
	s.files = s.files[2:]
	paths, err := s.fetch(ctx)
	if err != nil {
		return data.Arrays{}, err
	}
	m, err := readMNIST(paths[0], paths[1])
	if err != nil {
		return data.Arrays{}, err
	}
	return m.arrays(28, 28, 1)
}

// FashionMNIST returns 60,000 + 10,000 pictures of clothes in ten classes, in the form of [MNIST] (30 MB). Source: H.
// Xiao, K. Rasul, R. Vollgraf (2017), arXiv:1708.07747, MIT licence. Keras: https://keras.io/api/datasets/fashion_mnist/.
func FashionMNIST(ctx context.Context) (train, test data.Arrays, err error) { return fashion.pair(ctx) }

func (s source) pair(ctx context.Context) (train, test data.Arrays, err error) {
	paths, err := s.fetch(ctx)
	if err != nil {
		return train, test, err
	}
	a, err := readMNIST(paths[0], paths[1])
	if err != nil {
		return train, test, err
	}
	b, err := readMNIST(paths[2], paths[3])
	if err != nil {
		return train, test, err
	}
	return both(a, b, 28, 28, 1)
}

// readMNIST reads a file of images and the file of their labels.
func readMNIST(imagePath, labelPath string) (images, error) {
	shape, pixels, err := readIDX(imagePath, 3)
	if err != nil {
		return images{}, err
	}
	if shape[1] != 28 || shape[2] != 28 {
		return images{}, errors.Errorf("datasets: %s holds images of %d x %d, want 28 x 28", imagePath, shape[1], shape[2])
	}
	count, classes, err := readIDX(labelPath, 1)
	if err != nil {
		return images{}, err
	}
	if count[0] != shape[0] {
		return images{}, errors.Errorf("datasets: %s holds %d images and %s %d labels", imagePath, shape[0], labelPath, count[0])
	}
	labels := make([]int, len(classes))
	for i, c := range classes {
		if c > 9 {
			return images{}, errors.Errorf("datasets: label %d of %s is %d, want 0 to 9", i, labelPath, c)
		}
		labels[i] = int(c)
	}
	return images{pixels: unit(pixels), labels: labels}, nil
}
