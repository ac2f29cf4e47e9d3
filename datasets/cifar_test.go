package datasets

import (
	"archive/tar"
	"bytes"
	"slices"
	"strings"
	"testing"
)

// archive packs records by file name, as the servers have them.
func archive(t *testing.T, names []string, content func(name string) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range names {
		b := content(name)
		if err := w.WriteHeader(&tar.Header{Name: "cifar-bin/" + name, Size: int64(len(b)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return zipped(t, out.Bytes())
}

// record has red 255, green 51 and blue 0 in its first pixel.
func record(labels ...byte) []byte {
	planes := make([]byte, 3*cifarPlane)
	planes[0], planes[cifarPlane] = 255, 51
	return append(labels, planes...)
}

func TestCIFAR(t *testing.T) {
	// The archive's own order must not matter, nor the files that are no data.
	names := []string{"readme.html", "test_batch.bin", "data_batch_3.bin", "data_batch_1.bin", "data_batch_2.bin", "data_batch_5.bin", "data_batch_4.bin"}
	train, test, err := cifar10.read(bytes.NewReader(archive(t, names, func(name string) []byte {
		if name == "test_batch.bin" {
			return append(record(8), record(9)...)
		}
		return record(name[len(name)-5] - '0')
	})))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(train.labels, []int{1, 2, 3, 4, 5}) || !slices.Equal(test.labels, []int{8, 9}) {
		t.Errorf("labels %v and %v", train.labels, test.labels)
	}
	if got := test.pixels[3*cifarPlane:][:6]; !slices.Equal(got, []float32{1, 0.2, 0, 0, 0, 0}) {
		t.Errorf("the first pixels of the second image are %v", got)
	}
	a, _, err := both(train, test, 32, 32, 3)
	if n, _ := a.Len(); err != nil || n != 5 {
		t.Errorf("%d rows, %v", n, err)
	}
	fine, _, err := cifar100.read(bytes.NewReader(archive(t, []string{"train.bin", "test.bin"}, func(string) []byte { return record(7, 99) })))
	if err != nil || !slices.Equal(fine.labels, []int{99}) {
		t.Errorf("fine labels %v, %v", fine.labels, err)
	}
}

func TestCIFARErrors(t *testing.T) {
	pack := func(b []byte) []byte {
		return archive(t, []string{"train.bin", "test.bin"}, func(string) []byte { return b })
	}
	whole := pack(record(0, 1))
	for want, b := range map[string][]byte{
		"the archive lacks test.bin":                      archive(t, []string{"train.bin"}, func(string) []byte { return record(0, 1) }),
		"the archive lacks train.bin":                     pack(nil),
		"train.bin: record 0: unexpected EOF":             pack([]byte{1, 2, 3}),
		"train.bin: record 0 has label 100, want 0 to 99": pack(record(0, 100)),
		"gzip: invalid header":                            []byte("not an archive at all"),
		"unexpected EOF":                                  whole[:len(whole)/2],
	} {
		if _, _, err := cifar100.read(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
