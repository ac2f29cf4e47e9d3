package data

import (
	"encoding/csv"
	stderrors "errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// CSVOptions chooses the columns of a CSV file. The zero value takes every column as x, named by the first line.
type CSVOptions struct {
	// Y names the columns of the targets.
	Y []string
	// X names the columns of the inputs, in order. Empty is every column that is neither in Y nor the Weight.
	X []string
	// Weight names the column of sample weights, if there is one.
	Weight string
	// NoHeader says that the first line is data. Columns are then called "0", "1", ...
	NoHeader bool
	// Comma separates the fields. 0 is ','.
	Comma rune
}

// CSVError says where a CSV file is wrong.
type CSVError struct {
	// Path of the file; empty when read from an io.Reader.
	Path string
	// Line counts from 1; 0 when the mistake is not in a line.
	Line int
	// Column is the name of the column, if one field is wrong.
	Column string
	Err    error
}

// Error is "data: houses.csv, line 3, column price: ...".
func (e *CSVError) Error() string {
	where := []string{"csv"}
	if e.Path != "" {
		where[0] = e.Path
	}
	if e.Line > 0 {
		where = append(where, fmt.Sprintf("line %d", e.Line))
	}
	if e.Column != "" {
		where = append(where, "column "+e.Column)
	}
	return fmt.Sprintf("data: %s: %v", strings.Join(where, ", "), e.Err)
}

// Unwrap returns the cause.
func (e *CSVError) Unwrap() error { return e.Err }

// CSV reads the CSV file at path; see [ReadCSV].
func CSV(path string, options ...CSVOptions) (Arrays, error) {
	f, err := os.Open(path)
	if err != nil {
		return Arrays{}, errors.Wrap(err, "data")
	}
	defer f.Close()
	a, err := ReadCSV(f, options...)
	if wrong, ok := stderrors.AsType[*CSVError](err); ok {
		wrong.Path = path
	}
	return a, err
}

// ReadCSV reads comma-separated numbers. X is float32 (rows, columns); Y is float32 (rows) for one column and (rows,
// columns) for several, nil without Y; SampleWeight is float32 (rows). A missing column, a field that is not a number, and
// a line of another length are a [*CSVError] that names line and column.
func ReadCSV(r io.Reader, options ...CSVOptions) (Arrays, error) {
	o, err := option("CSVOptions", options)
	if err != nil {
		return Arrays{}, err
	}
	t := table{CSVOptions: o, reader: csv.NewReader(r)}
	if o.Comma != 0 {
		t.reader.Comma = o.Comma
	}
	t.reader.TrimLeadingSpace = true
	t.reader.ReuseRecord = true
	if err := t.read(); err != nil {
		return Arrays{}, err
	}
	return t.arrays(), nil
}

type table struct {
	CSVOptions
	reader     *csv.Reader
	names      []string
	x, y, w    []float32
	xs, ys, ws []int // the columns of each
	rows       int
}

func (t *table) read() error {
	for {
		record, err := t.reader.Read()
		if err == io.EOF {
			break
		}
		if wrong, ok := stderrors.AsType[*csv.ParseError](err); ok {
			return &CSVError{Line: wrong.Line, Err: wrong.Err}
		}
		if err != nil {
			return &CSVError{Err: err}
		}
		if t.names == nil {
			if err := t.header(record); err != nil {
				return err
			}
			if !t.NoHeader {
				continue
			}
		}
		if err := t.line(record); err != nil {
			return err
		}
	}
	if t.rows == 0 {
		return &CSVError{Err: errors.New("there are no rows")}
	}
	return nil
}

// header learns the names of the columns from the first line and finds those that the options name.
func (t *table) header(record []string) (err error) {
	t.names = slices.Clone(record)
	for i := range t.names {
		t.names[i] = strings.TrimSpace(strings.TrimPrefix(t.names[i], "\ufeff"))
		if t.NoHeader {
			t.names[i] = strconv.Itoa(i)
		}
	}
	if t.ys, err = t.find(t.Y); err != nil {
		return err
	}
	if t.Weight != "" {
		if t.ws, err = t.find([]string{t.Weight}); err != nil {
			return err
		}
	}
	if t.xs, err = t.find(t.X); err != nil || len(t.X) > 0 {
		return err
	}
	for i := range t.names {
		if !slices.Contains(t.ys, i) && !slices.Contains(t.ws, i) {
			t.xs = append(t.xs, i)
		}
	}
	if len(t.xs) == 0 {
		return &CSVError{Err: errors.New("no column is left for x")}
	}
	return nil
}

func (t *table) find(names []string) ([]int, error) {
	var columns []int
	for _, name := range names {
		i := slices.Index(t.names, name)
		if i < 0 {
			return nil, &CSVError{Column: name, Err: errors.Errorf("there is no such column, only %s", strings.Join(t.names, ", "))}
		}
		columns = append(columns, i)
	}
	return columns, nil
}

func (t *table) line(record []string) error {
	t.rows++
	for _, part := range []struct {
		to      *[]float32
		columns []int
	}{{&t.x, t.xs}, {&t.y, t.ys}, {&t.w, t.ws}} {
		for _, c := range part.columns {
			v, err := strconv.ParseFloat(strings.TrimSpace(record[c]), 32)
			if err != nil {
				line, _ := t.reader.FieldPos(c)
				return &CSVError{Line: line, Column: t.names[c], Err: errors.Errorf("%q is not a float32 number", record[c])}
			}
			*part.to = append(*part.to, float32(v))
		}
	}
	return nil
}

func (t *table) arrays() Arrays {
	a := Arrays{X: backed(t.x, []int{t.rows, len(t.xs)})}
	if len(t.ys) > 0 {
		a.Y = t.targets()
	}
	if len(t.ws) > 0 {
		a.SampleWeight = backed(t.w, []int{t.rows})
	}
	return a
}

func (t *table) targets() *tensor.Dense {
	if len(t.ys) == 1 {
		return backed(t.y, []int{t.rows})
	}
	return backed(t.y, []int{t.rows, len(t.ys)})
}
