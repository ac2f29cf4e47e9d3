package saving

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/pkg/errors"
)

// KerasVersion is the version of Keras whose files are written.
const KerasVersion = "3.15.1"

// maxEntry bounds what is read of one entry of an archive, against files made to exhaust memory.
const maxEntry = 16 << 30

// Archive is the content of a .keras file.
type Archive struct {
	Config  []byte // config.json: the serialized model with its compile settings
	Weights []byte // model.weights.h5
}

// WriteArchive writes a .keras file: a zip of metadata.json, config.json and model.weights.h5, stored uncompressed.
func WriteArchive(w io.Writer, config any, entries []Entry) error {
	var h5 bytes.Buffer
	if err := WriteWeights(&h5, entries); err != nil {
		return err
	}
	cfg, err := json.Marshal(config)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(map[string]string{
		"keras_version": KerasVersion, "date_saved": time.Now().UTC().Format("2006-01-02@15:04:05"),
	})
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, e := range []struct {
		name string
		b    []byte
	}{{"metadata.json", meta}, {"config.json", cfg}, {"model.weights.h5", h5.Bytes()}} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := f.Write(e.b); err != nil {
			return err
		}
	}
	return z.Close()
}

// ReadArchive reads a .keras file.
func ReadArchive(b []byte) (*Archive, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, errors.Wrap(err, "the file is no .keras archive")
	}
	var a Archive
	for _, f := range z.File {
		dst := map[string]*[]byte{"config.json": &a.Config, "model.weights.h5": &a.Weights}[f.Name]
		if dst == nil {
			continue
		}
		if *dst, err = readEntry(f, len(b)); err != nil {
			return nil, errors.Wrap(err, f.Name)
		}
	}
	if a.Config == nil {
		return nil, errors.New("the archive has no config.json")
	}
	if a.Weights == nil {
		return nil, errors.New("the archive has no model.weights.h5: archives with weights in another form cannot be read")
	}
	return &a, nil
}

// readEntry reads one entry. Keras stores uncompressed; a compressed one may grow a thousandfold at most.
func readEntry(f *zip.File, archive int) ([]byte, error) {
	limit := min(uint64(maxEntry), 1024*uint64(archive)+1<<20)
	if f.UncompressedSize64 > limit {
		return nil, errors.Errorf("the entry claims %d bytes in an archive of %d", f.UncompressedSize64, archive)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, int64(limit)))
}
