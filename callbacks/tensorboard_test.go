package callbacks_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/gorgonin/gorgonin/callbacks"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/train"
)

// named is a fake with a configuration and named weights.
type named struct {
	fake
	p *graph.Param
}

func (n *named) Params() []*graph.Param       { return []*graph.Param{n.p} }
func (n *named) MarshalJSON() ([]byte, error) { return []byte(`{"config":1}`), nil }

// events reads the records of the only file of a folder, and checks their checksums.
func events(t *testing.T, dir string) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v in %s (%v)", files, dir, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	check := func(data, sum []byte) {
		c := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
		if want := (c>>15 | c<<17) + 0xa282ead8; binary.LittleEndian.Uint32(sum) != want {
			t.Errorf("checksum %x, want %x", sum, want)
		}
	}
	var out [][]byte
	for len(b) > 0 {
		n := binary.LittleEndian.Uint64(b)
		check(b[:8], b[8:12])
		data := b[12 : 12+n]
		check(data, b[12+n:16+n])
		out = append(out, data)
		b = b[16+n:]
	}
	return out
}

func TestTensorBoard(t *testing.T) {
	dir := t.TempDir()
	p, err := graph.NewParam("kernel", []float64{0, 1, 1, math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	m := &named{fake{rate: 0.5}, p}
	c := &callbacks.TensorBoard{LogDir: dir, HistogramFreq: 1}
	if _, err := play(m, c, train.Logs{"loss": 2, "val_loss": 3}, train.Logs{"loss": 1}); err != nil {
		t.Fatal(err)
	}
	got := events(t, filepath.Join(dir, "train"))
	if len(got) != 4 {
		t.Fatalf("%d records, want version, graph and two epochs", len(got))
	}
	if !bytes.Contains(got[0], []byte("brain.Event:2")) || !bytes.Contains(got[1], []byte(`{"config":1}`)) || !bytes.Contains(got[1], []byte("graph_keras_model")) {
		t.Errorf("head %q %q", got[0], got[1])
	}
	loss := append([]byte("epoch_loss\x15"), binary.LittleEndian.AppendUint32(nil, math.Float32bits(2))...)
	for _, want := range [][]byte{loss, []byte("epoch_learning_rate"), []byte("kernel/histogram")} {
		if !bytes.Contains(got[2], want) {
			t.Errorf("the first epoch lacks %q: %q", want, got[2])
		}
	}
	if step := []byte{0x10, 1}; !bytes.Contains(got[3], step) {
		t.Errorf("the second epoch lacks its step: %q", got[3])
	}
	if val := events(t, filepath.Join(dir, "validation")); len(val) != 2 || !bytes.Contains(val[1], []byte("epoch_loss")) {
		t.Errorf("validation %q", val)
	}
}

func TestTensorBoardSteps(t *testing.T) {
	dir := t.TempDir()
	c := &callbacks.TensorBoard{LogDir: dir, UpdateFreq: 2, NoGraph: true}
	if err := c.OnTrainBegin(ctx, &train.Phase{Model: &fake{}}); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := c.OnTrainBatchEnd(ctx, &train.Step{Index: i, Logs: train.Logs{"loss": 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := events(t, filepath.Join(dir, "train")); len(got) != 3 || !bytes.Contains(got[2], []byte("batch_loss")) {
		t.Errorf("%d records %q, want version and 2 of 5 steps", len(got), got)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := play(&fake{}, &callbacks.TensorBoard{LogDir: file}, train.Logs{"loss": 1})
	has(t, err, "TensorBoard", "file")
}
