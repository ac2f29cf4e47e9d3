package data

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// numbered has n rows [i, -i] with target i and weight i+1.
func numbered(n int) Arrays {
	var x [][]float32
	var y []int
	var w []float64
	for i := range n {
		x, y, w = append(x, []float32{float32(i), -float32(i)}), append(y, i), append(w, float64(i+1))
	}
	return Arrays{X: x, Y: y, SampleWeight: w}
}

// targets lists the y of every batch and checks that x and weights came along.
func targets(t *testing.T, d Dataset, o Options) [][]int {
	t.Helper()
	var all [][]int
	for b, err := range d.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		y := b.Y.(*tensor.Dense).Data().([]int)
		x, w := b.X.(*tensor.Dense), b.SampleWeight.(*tensor.Dense)
		if !x.Shape().Eq(tensor.Shape{len(y), 2}) || !w.Shape().Eq(tensor.Shape{len(y)}) {
			t.Fatalf("shapes %v %v for %d targets", x.Shape(), w.Shape(), len(y))
		}
		for i, k := range y {
			if v := x.Data().([]float32)[2*i+1]; v != -float32(k) || w.Data().([]float64)[i] != float64(k+1) {
				t.Fatalf("row %d holds x %v and weight %v", k, v, w.Data())
			}
		}
		all = append(all, slices.Clone(y))
	}
	return all
}

func TestBatchesInOrder(t *testing.T) {
	a := numbered(70)
	sizes := func(o Options) (n []int) {
		for _, y := range targets(t, a, o) {
			n = append(n, len(y))
		}
		return n
	}
	if got := sizes(Options{}); !reflect.DeepEqual(got, []int{32, 32, 6}) {
		t.Errorf("default: batches of %v", got)
	}
	if got := sizes(Options{DropRemainder: true}); !reflect.DeepEqual(got, []int{32, 32}) {
		t.Errorf("DropRemainder: batches of %v", got)
	}
	if got := sizes(Options{BatchSize: 35, DropRemainder: true, Shuffle: true}); !reflect.DeepEqual(got, []int{35, 35}) {
		t.Errorf("35: batches of %v", got)
	}
	all := slices.Concat(targets(t, a, Options{BatchSize: 9})...)
	if !slices.IsSorted(all) || len(all) != 70 {
		t.Errorf("order %v", all)
	}
}

func TestBatchesShuffled(t *testing.T) {
	a := numbered(50)
	o := Options{BatchSize: 8, Shuffle: true, Seed: 3, Epoch: 1}
	first := targets(t, a, o)
	if !reflect.DeepEqual(first, targets(t, a, o)) {
		t.Error("the same options gave another order")
	}
	flat := slices.Concat(first...)
	if slices.IsSorted(flat) {
		t.Error("not shuffled")
	}
	for _, other := range []Options{{BatchSize: 8, Shuffle: true, Seed: 3, Epoch: 2}, {BatchSize: 8, Shuffle: true, Seed: 4, Epoch: 1}} {
		if reflect.DeepEqual(first, targets(t, a, other)) {
			t.Errorf("%+v gave the same order", other)
		}
	}
	slices.Sort(flat)
	for i, k := range flat {
		if i != k {
			t.Fatalf("rows %v", flat)
		}
	}
}

func TestBatchesKeepStructure(t *testing.T) {
	a := Arrays{
		X: map[string]any{"title": [][]int{{1}, {2}, {3}}, "tags": []string{"a", "b", "c"}},
		Y: []any{[]float32{1, 2, 3}, []bool{true, false, true}},
	}
	for _, shuffle := range []bool{false, true} {
		for b, err := range a.Batches(Options{BatchSize: 2, Shuffle: shuffle, DropRemainder: true}) {
			if err != nil {
				t.Fatal(err)
			}
			x, y := b.X.(map[string]any), b.Y.([]any)
			if b.SampleWeight != nil || len(x) != 2 || len(y) != 2 {
				t.Fatalf("batch %v", b)
			}
			title, tags := x["title"].(*tensor.Dense), x["tags"].(*tensor.Dense).Data().([]string)
			first, second := y[0].(*tensor.Dense).Data().([]float32), y[1].(*tensor.Dense).Data().([]bool)
			for i, k := range title.Data().([]int) {
				if tags[i] != string(rune('a'+k-1)) || first[i] != float32(k) || second[i] != (k != 2) {
					t.Errorf("row %d: %v %v %v", k, tags[i], first[i], second[i])
				}
			}
		}
	}
}

func TestBatchesOfViews(t *testing.T) {
	d, err := Of([]float32{0, 1, 2, 3, 4, 5}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.T(); err != nil {
		t.Fatal(err)
	}
	for b, err := range (Arrays{X: d}).Batches(Options{BatchSize: 3}) {
		if err != nil {
			t.Fatal(err)
		}
		if got := Float64s(b.X.(*tensor.Dense)); !reflect.DeepEqual(got, []float64{0, 3, 1, 4, 2, 5}) {
			t.Errorf("rows of the transpose: %v", got)
		}
	}
}

func TestArraysErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		a    Arrays
		want string
	}{
		{"nothing", Arrays{}, "x holds no array"},
		{"empty map", Arrays{X: map[string]any{}}, "x holds no array"},
		{"rows", Arrays{X: []int{1, 2}, Y: []int{1}}, "x has 2 rows and y has 1"},
		{"weights", Arrays{X: []int{1, 2}, SampleWeight: []float32{1, 1, 1}}, "x has 2 rows and sample_weight has 3"},
		{"inputs", Arrays{X: map[string]any{"b": []int{1}, "a": []int{1, 2}}}, `x["a"] has 2 rows and x["b"] has 1`},
		{"list", Arrays{X: []any{[]int{1}, []int{1, 2}}}, "x[0] has 1 rows and x[1] has 2"},
		{"scalar", Arrays{X: 3}, "x is a scalar"},
		{"zero rows", Arrays{X: [][]float32{}}, "x: data: the slice is empty"},
		{"bad input", Arrays{X: map[string]any{"a": []any{1, nil}}}, `x["a"]: data: the value at [1] is nil`},
		{"bad y", Arrays{X: []int{1}, Y: []any{[]int{1}, struct{}{}}}, `y[1]: data: the value is a struct`},
	} {
		_, err := c.a.Len()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Len: %v, want %q", c.name, err, c.want)
		}
		n := 0
		for _, err := range c.a.Batches(Options{}) {
			if n++; err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: Batches: %v, want %q", c.name, err, c.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d pairs, want the error once", c.name, n)
		}
	}
	for _, err := range numbered(3).Batches(Options{BatchSize: -1}) {
		if err == nil || !strings.Contains(err.Error(), "BatchSize is -1") {
			t.Errorf("BatchSize: %v", err)
		}
	}
}

func TestSliceTakeSplit(t *testing.T) {
	a := numbered(10)
	rows := func(a Arrays, err error) []int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return slices.Concat(targets(t, a, Options{})...)
	}
	if got := rows(a.Slice(2, 5)); !reflect.DeepEqual(got, []int{2, 3, 4}) {
		t.Errorf("Slice: %v", got)
	}
	if got := rows(a.Take([]int{7, 0, 7})); !reflect.DeepEqual(got, []int{7, 0, 7}) {
		t.Errorf("Take: %v", got)
	}
	head, tail, err := a.Split(0.75)
	if got := rows(head, err); len(got) != 7 || got[6] != 6 {
		t.Errorf("head: %v", got)
	}
	if got := rows(tail, err); len(got) != 3 || got[0] != 7 {
		t.Errorf("tail: %v", got)
	}
	if n, err := a.Len(); n != 10 || err != nil {
		t.Errorf("Len: %d, %v", n, err)
	}
	errOf := func(_ Arrays, err error) error { return err }
	split := func(f float64) error { _, _, err := a.Split(f); return err }
	for want, err := range map[string]error{
		"rows 5 to 11 are not a part of the 10": errOf(a.Slice(5, 11)),
		"rows -1 to 3":                          errOf(a.Slice(-1, 3)),
		"rows 3 to 3":                           errOf(a.Slice(3, 3)),
		"row 10 at position 1 is not in 0..9":   errOf(a.Take([]int{1, 10})),
		"no rows to take":                       errOf(a.Take(nil)),
		"the fraction of a split is 1.5":        split(1.5),
		"10 rows at 0.05 leaves one part empty": split(0.05),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestResolve(t *testing.T) {
	decoded := []any{[]any{1.0, 2.0}, []any{3.0, 4.0}}
	one, err := Resolve(decoded, 1)
	if err != nil || !one.(*tensor.Dense).Shape().Eq(tensor.Shape{2, 2}) {
		t.Errorf("one input: %v, %v", one, err)
	}
	if two, err := Resolve(decoded, 2); err != nil || len(two.([]any)) != 2 {
		t.Errorf("two inputs: %v, %v", two, err)
	}
	if _, err := Resolve(decoded, 3); err == nil || !strings.Contains(err.Error(), "2 arrays where the model has 3") {
		t.Errorf("three inputs: %v", err)
	}
	if unknown, err := Resolve(decoded, 0); err != nil || !unknown.(*tensor.Dense).Shape().Eq(tensor.Shape{2, 2}) {
		t.Errorf("unknown, nested: %v, %v", unknown, err)
	}
	list := []any{[]float32{1}, []float32{2}}
	if unknown, err := Resolve(list, 0); err != nil || len(unknown.([]any)) != 2 {
		t.Errorf("unknown, list: %v, %v", unknown, err)
	}
	if stacked, err := Resolve(list, 1); err != nil || !stacked.(*tensor.Dense).Shape().Eq(tensor.Shape{2, 1}) {
		t.Errorf("one input from slices: %v, %v", stacked, err)
	}
	if typed, err := Resolve(map[string][]int{"a": {1}}, 0); err != nil || typed.(map[string]any)["a"].(*tensor.Dense).Shape()[0] != 1 {
		t.Errorf("typed map: %v, %v", typed, err)
	}
	if none, err := Resolve(nil, 1); none != nil || err != nil {
		t.Errorf("nil: %v, %v", none, err)
	}
	b, err := Batch{X: []int{1, 2}, Y: []int{3, 4}}.Resolve(1, 1)
	if err != nil || b.Y.(*tensor.Dense).Shape()[0] != 2 || b.SampleWeight != nil {
		t.Errorf("batch: %v, %v", b, err)
	}
	if n, err := Rows(list); n != 1 || err != nil {
		t.Errorf("Rows: %d, %v", n, err)
	}
	if _, err := Rows(nil); err == nil {
		t.Error("Rows(nil) has rows")
	}
}

func TestBatchesReuse(t *testing.T) {
	a := numbered(50)
	o := Options{BatchSize: 8, Shuffle: true, Seed: 5}
	var want []Batch
	for b, err := range a.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, b)
	}
	for o.Reuse = range 4 {
		var seen []Batch
		for b, err := range a.Batches(o) {
			if err != nil {
				t.Fatal(err)
			}
			if seen = append(seen, b); !reflect.DeepEqual(b.X.(*tensor.Dense).Data(), want[len(seen)-1].X.(*tensor.Dense).Data()) {
				t.Fatalf("Reuse %d: batch %d differs", o.Reuse, len(seen)-1)
			}
			for i := range seen[max(0, len(seen)-o.Reuse):] { // those that may still be used
				k := max(0, len(seen)-o.Reuse) + i
				if !reflect.DeepEqual(seen[k].X.(*tensor.Dense).Data(), want[k].X.(*tensor.Dense).Data()) {
					t.Fatalf("Reuse %d: batch %d was overwritten by batch %d", o.Reuse, k, len(seen)-1)
				}
			}
		}
		if again := o.Reuse > 0 && seen[o.Reuse].X == seen[0].X; again != (o.Reuse > 0) {
			t.Errorf("Reuse %d: the memory of a batch is not used again", o.Reuse)
		}
	}
}
