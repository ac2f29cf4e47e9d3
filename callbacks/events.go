package callbacks

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// eventFile is a file of TensorBoard: TFRecords that hold Event messages of
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto. It is made at the first write and
// closed after each, so that a killed process leaves whole records.
type eventFile struct {
	dir, path string
}

var eventFiles atomic.Int64 // keeps names apart within one second

// write appends an event with the given summary values.
func (f *eventFile) write(step int, values ...[]byte) error {
	if len(values) == 0 {
		return nil
	}
	var b bytes.Buffer
	now := float64(time.Now().UnixMicro()) / 1e6
	if f.path == "" {
		if err := os.MkdirAll(f.dir, 0o777); err != nil {
			return err
		}
		host, err := os.Hostname()
		if err != nil {
			host = "localhost"
		}
		name := fmt.Sprintf("events.out.tfevents.%d.%s.%d.%d.v2", int64(now), host, os.Getpid(), eventFiles.Add(1))
		f.path = filepath.Join(f.dir, name)
		record(&b, message{}.double(1, now).text(3, "brain.Event:2"))
	}
	var summary message
	for _, v := range values {
		summary = summary.bytes(1, v)
	}
	record(&b, message{}.double(1, now).varint(2, uint64(step)).bytes(5, summary))
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(b.Bytes())
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the checksum of a TFRecord: rotated, so that checksums of data with checksums inside stay good.
func masked(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// record appends a TFRecord: length, its checksum, data, its checksum.
func record(b *bytes.Buffer, data []byte) {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b.Write(length)
	b.Write(binary.LittleEndian.AppendUint32(nil, masked(length)))
	b.Write(data)
	b.Write(binary.LittleEndian.AppendUint32(nil, masked(data)))
}

// message is a protocol buffer message being written, field by field.
type message []byte

func (m message) varint(field int, v uint64) message {
	return binary.AppendUvarint(binary.AppendUvarint(m, uint64(field)<<3), v)
}

func (m message) double(field int, v float64) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|1)
	return binary.LittleEndian.AppendUint64(m, math.Float64bits(v))
}

func (m message) float(field int, v float32) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|5)
	return binary.LittleEndian.AppendUint32(m, math.Float32bits(v))
}

func (m message) bytes(field int, v []byte) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|2)
	return append(binary.AppendUvarint(m, uint64(len(v))), v...)
}

func (m message) text(field int, v string) message { return m.bytes(field, []byte(v)) }

// doubles writes a packed list.
func (m message) doubles(field int, v []float64) message {
	b := make([]byte, 0, 8*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return m.bytes(field, b)
}

// plugin is a SummaryMetadata that names the TensorBoard plugin which shows the value.
func plugin(name, content string) message {
	return message{}.bytes(1, message{}.text(1, name).text(2, content))
}

// scalarSummary is a Summary.Value with a number.
func scalarSummary(tag string, v float64) message {
	return message{}.text(1, tag).float(2, float32(v))
}

// graphSummary is a Summary.Value with a model's configuration, as the graph plugin takes it: a scalar tensor of strings.
func graphSummary(tag string, config []byte) message {
	const stringType = 7
	tensor := message{}.varint(1, stringType).bytes(2, nil).bytes(8, config)
	return message{}.text(1, tag).bytes(8, tensor).bytes(9, plugin("graph_keras_model", "1"))
}

// histogramSummary is a Summary.Value with the distribution of numbers over 30 equal buckets. NaN and infinities, which
// belong in none, are left out.
func histogramSummary(tag string, all []float64) message {
	const n = 30
	low, high, sum, squares := math.Inf(1), math.Inf(-1), 0.0, 0.0
	var values []float64
	for _, v := range all {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		values = append(values, v)
		low, high, sum, squares = min(low, v), max(high, v), sum+v, squares+v*v
	}
	if len(values) == 0 {
		low, high = 0, 0
	}
	limits, counts := make([]float64, n), make([]float64, n)
	width := (high - low) / n
	for i := range limits {
		limits[i] = low + width*float64(i+1)
	}
	limits[n-1] = high
	for _, v := range values {
		i := n - 1
		if width > 0 {
			i = min(i, int((v-low)/width))
		}
		counts[i]++
	}
	h := message{}.double(1, low).double(2, high).double(3, float64(len(values))).double(4, sum).double(5, squares)
	return message{}.text(1, tag).bytes(5, h.doubles(6, limits).doubles(7, counts))
}
