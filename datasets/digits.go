package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"strconv"
	"strings"

	"github.com/gorgonin/gorgonin/data"
	"github.com/pkg/errors"
)

//go:embed digits/digits.csv.gz
var digitsFile []byte

const digitPixels = 8 * 8

// Digits returns 1,797 handwritten digits: X is float32 (n, 8, 8, 1) in [0, 1] (the 17 grey levels 0..16 divided by 16),
// Y is int (n), 0..9. Every fifth image, number i with i%5 == 4, is in test (359); the others are in train (1,438). It is
// embedded in the program, so it needs no network, and each call returns fresh arrays.
//
// Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
// https://doi.org/10.24432/C50P49, licensed under CC BY 4.0; the copy of its test part that scikit-learn distributes.
func Digits() (train, test data.Arrays, err error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(digitsFile))
	if err != nil {
		return train, test, errors.Wrap(err, "datasets: digits")
	}
	var parts [2]images
	lines := bufio.NewScanner(unzipped)
	for i := 0; lines.Scan(); i++ {
		part := &parts[0]
		if i%5 == 4 {
			part = &parts[1]
		}
		if err := part.addDigit(lines.Text()); err != nil {
			return train, test, errors.WithMessagef(err, "datasets: digits, line %d", i+1)
		}
	}
	if err := lines.Err(); err != nil {
		return train, test, errors.Wrap(err, "datasets: digits")
	}
	return both(parts[0], parts[1], 8, 8, 1)
}

// addDigit reads 64 pixels and a label.
func (m *images) addDigit(line string) error {
	fields := strings.Split(line, ",")
	if len(fields) != digitPixels+1 {
		return errors.Errorf("%d numbers, want %d", len(fields), digitPixels+1)
	}
	for i, f := range fields {
		v, err := strconv.ParseUint(f, 10, 8)
		if err != nil {
			return err
		}
		if i == digitPixels {
			m.labels = append(m.labels, int(v))
		} else {
			m.pixels = append(m.pixels, float32(v)/16)
		}
	}
	return nil
}
