package hdf5

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// seeds are small files of the writer here and of h5py.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	files := [][]byte{encode(t, NewGroup()), encode(t, sample(t, 9))}
	paths, _ := filepath.Glob("testdata/*.h5")
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, b)
	}
	return files
}

// checkOpen opens b, which may be anything. What can be read and written must then stay as it is.
func checkOpen(t *testing.T, b []byte) {
	g, err := Open(b)
	if err != nil {
		return
	}
	var once bytes.Buffer
	if Write(&once, g) != nil { // names or attributes that only other structures can hold
		return
	}
	again, err := Open(once.Bytes())
	if err != nil {
		t.Fatalf("a file that was read and written cannot be read: %v", err)
	}
	if !bytes.Equal(encode(t, again), once.Bytes()) {
		t.Fatal("a file that was read and written changes when it is read and written again")
	}
}

func FuzzOpen(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 1<<18 {
			checkOpen(t, b)
		}
	})
}

// TestOpenDamaged opens truncated files, files with single bytes changed, and files in which eight bytes were replaced
// by others of the file: often an address by another, which makes cycles and structures of the wrong kind.
func TestOpenDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i, good := range seeds(t) {
		slowest := time.Duration(0)
		for round := range 120 {
			b := bytes.Clone(good)
			for range 1 + rng.IntN(4) {
				to, from := rng.IntN(len(b)-8), rng.IntN(len(b)-8)
				switch round % 3 {
				case 0:
					b = b[:max(16, from)]
				case 1:
					b[to] = byte(rng.Uint32())
				case 2:
					to, from = to&^7, from&^7
					copy(b[to:to+8], b[from:from+8])
				}
			}
			start := time.Now()
			checkOpen(t, b)
			slowest = max(slowest, time.Since(start))
		}
		if slowest > 5*time.Second {
			t.Errorf("seed %d: a damaged file took %v", i, slowest)
		}
	}
}

// TestOpenTruncated checks that no beginning of a file passes for the whole.
func TestOpenTruncated(t *testing.T) {
	b := encode(t, sample(t, 2))
	for n := 0; n < len(b)-8; n += 5 { // the last bytes are padding
		if _, err := Open(b[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes pass for a file", n, len(b))
		}
	}
}

// TestOpenCycles points structures at themselves.
func TestOpenCycles(t *testing.T) {
	good := encode(t, sample(t, 300))
	redirect := func(signature string, nth, offset int) []byte {
		b := bytes.Clone(good)
		at := 0
		for range nth + 1 {
			at += bytes.Index(b[at+1:], []byte(signature)) + 1
		}
		le.PutUint64(b[at+offset:], uint64(at))
		return b
	}
	trees := bytes.Count(good, []byte("TREE"))
	cases := map[string][]byte{
		"tree child":   redirect("TREE\x00\x01", 0, 32),
		"symbol node":  redirect("SNOD", 0, 8+8),
		"leaf to tree": redirect("TREE", trees-1, 32),
	}
	for name, b := range cases {
		if _, err := Open(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	root := le.Uint64(good[64:])
	loop := bytes.Clone(good)
	header := loop[root:]
	le.PutUint16(header[16:], msgContinuation)
	le.PutUint64(header[24:], root+16)
	le.PutUint64(header[32:], 32)
	if _, err := Open(loop); err == nil {
		t.Error("a header that continues in itself: no error")
	}
}
