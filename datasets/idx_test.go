package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// idx makes an idx file of bytes.
func idx(sizes []uint32, values []byte) []byte {
	b := []byte{0, 0, 8, byte(len(sizes))}
	for _, s := range sizes {
		b = binary.BigEndian.AppendUint32(b, s)
	}
	return append(b, values...)
}

func zipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParseIDX(t *testing.T) {
	shape, values, err := parseIDX(bytes.NewReader(idx([]uint32{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6})), 3)
	if err != nil || !slices.Equal(shape, []int{2, 1, 3}) || !slices.Equal(values, []byte{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%v %v %v", shape, values, err)
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "the idx header: EOF"},
		{"another type", []byte{0, 0, 13, 1, 0, 0, 0, 1, 0}, "begins with 00 00 0d 01, want 00 00 08 01"},
		{"axes", idx([]uint32{1, 1}, []byte{0}), "begins with 00 00 08 02"},
		{"cut header", idx([]uint32{1}, nil)[:6], "the idx header: unexpected EOF"},
		{"no elements", idx([]uint32{0}, nil), "is empty or too large"},
		{"huge", idx([]uint32{1 << 31}, nil), "is empty or too large"},
		{"short", idx([]uint32{3}, []byte{1, 2}), "holds 2 elements or more, want 3"},
		{"long", idx([]uint32{3}, []byte{1, 2, 3, 4}), "holds 4 elements or more, want 3"},
	} {
		if _, _, err := parseIDX(bytes.NewReader(c.file), 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	// The product of the sizes overflows 64 bits.
	const big = 1 << 24
	if _, _, err := parseIDX(bytes.NewReader(idx([]uint32{big, big, big}, nil)), 3); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("overflow: %v", err)
	}
}

func TestReadMNIST(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pixels := make([]byte, 2*28*28)
	pixels[28*28], pixels[28*28+1] = 255, 51
	good := write("images", zipped(t, idx([]uint32{2, 28, 28}, pixels)))
	labels := write("labels", zipped(t, idx([]uint32{2}, []byte{3, 9})))
	m, err := readMNIST(good, labels)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.labels, []int{3, 9}) || m.pixels[28*28] != 1 || m.pixels[28*28+1] != 0.2 || m.pixels[0] != 0 {
		t.Errorf("labels %v, pixels %v", m.labels, m.pixels[28*28:28*28+2])
	}
	cut := zipped(t, idx([]uint32{2}, []byte{3, 9}))
	for _, c := range []struct{ images, labels, want string }{
		{write("small", zipped(t, idx([]uint32{2, 1, 2}, []byte{1, 2, 3, 4}))), labels, "images of 1 x 2, want 28 x 28"},
		{good, write("three", zipped(t, idx([]uint32{3}, []byte{1, 2, 3}))), "holds 2 images and"},
		{good, write("ten", zipped(t, idx([]uint32{2}, []byte{1, 10}))), "label 1 of " + dir},
		{good, write("plain", []byte("not gzip, but long enough")), "gzip: invalid header"},
		{good, write("cut", cut[:len(cut)-6]), "unexpected EOF"},
		{filepath.Join(dir, "none"), labels, "no such file"},
	} {
		if _, err := readMNIST(c.images, c.labels); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
