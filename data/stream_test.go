package data

import (
	"iter"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pkg/errors"
)

func TestFuncAndSeq(t *testing.T) {
	var asked []Options
	f := Func(func(o Options) iter.Seq2[Batch, error] {
		asked = append(asked, o)
		return numbered(3).Batches(o)
	})
	if got := targets(t, f, Options{Epoch: 4}); !reflect.DeepEqual(got, [][]int{{0, 1, 2}}) || asked[0].Epoch != 4 {
		t.Errorf("Func: %v, asked %v", got, asked)
	}
	s := Seq(numbered(3).Batches(Options{BatchSize: 2}))
	if got := targets(t, s, Options{BatchSize: 1}); !reflect.DeepEqual(got, [][]int{{0, 1}, {2}}) {
		t.Errorf("Seq: %v", got)
	}
	for want, d := range map[string]Dataset{"Func is nil": Func(nil), "Seq is nil": Seq(nil)} {
		if err := onlyError(t, d); !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// onlyError returns the error that is all of an epoch of d.
func onlyError(t *testing.T, d Dataset) (failure error) {
	t.Helper()
	for _, err := range d.Batches(Options{}) {
		if failure != nil || err == nil {
			t.Fatalf("a batch, or a second error: %v", err)
		}
		failure = err
	}
	if failure == nil {
		t.Fatal("no error")
	}
	return failure
}

func TestKFold(t *testing.T) {
	var tested []int
	folds := 0
	for train, test := range KFold(numbered(11), 3, 7) {
		folds++
		a, b := slices.Concat(targets(t, train, Options{})...), slices.Concat(targets(t, test, Options{})...)
		if len(a)+len(b) != 11 || len(b) < 3 || len(b) > 4 {
			t.Errorf("%d rows to train, %d to test", len(a), len(b))
		}
		for _, k := range b {
			if slices.Contains(a, k) {
				t.Errorf("row %d is in both", k)
			}
		}
		tested = append(tested, b...)
	}
	order := slices.Clone(tested)
	slices.Sort(order)
	if folds != 3 || !reflect.DeepEqual(order, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) || slices.IsSorted(tested) {
		t.Errorf("%d folds test %v", folds, tested)
	}
	var again []int
	for _, test := range KFold(numbered(11), 3, 7) {
		again = append(again, slices.Concat(targets(t, test, Options{})...)...)
	}
	if !reflect.DeepEqual(tested, again) {
		t.Error("the same seed gave other folds")
	}
}

func TestKFoldErrors(t *testing.T) {
	for _, c := range []struct {
		a    Arrays
		k    int
		want string
	}{
		{numbered(5), 1, "1 folds of 5 rows"},
		{numbered(5), 6, "6 folds of 5 rows"},
		{Arrays{X: []int{1, 2}, Y: []int{1}}, 2, "x has 2 rows and y has 1"},
	} {
		folds := 0
		for train, test := range KFold(c.a, c.k, 0) {
			folds++
			if err := onlyError(t, train); !strings.Contains(err.Error(), c.want) {
				t.Errorf("train: %v, want %q", err, c.want)
			}
			if _, err := test.Len(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("test: %v, want %q", err, c.want)
			}
		}
		if folds != 1 {
			t.Errorf("%d pairs, want one with the error", folds)
		}
	}
}

func TestMap(t *testing.T) {
	d := Map(numbered(4), func(b Batch) (Batch, error) {
		a, err := Arrays(b).Take([]int{1, 0})
		return Batch(a), err
	})
	if got := targets(t, d, Options{BatchSize: 2}); !reflect.DeepEqual(got, [][]int{{1, 0}, {3, 2}}) {
		t.Errorf("mapped: %v", got)
	}
	bad := errors.New("bad batch")
	calls := 0
	err := onlyError(t, Map(numbered(100), func(Batch) (Batch, error) { calls++; return Batch{}, bad }))
	if err != bad || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
	if err := onlyError(t, Map(Arrays{}, func(b Batch) (Batch, error) { return b, nil })); !strings.Contains(err.Error(), "x holds no array") {
		t.Errorf("source: %v", err)
	}
}

func TestShard(t *testing.T) {
	a, o := numbered(21), Options{BatchSize: 8, Shuffle: true, Seed: 2}
	whole := targets(t, a, o)
	joined := make([][]int, len(whole))
	for rank := range 3 {
		for i, y := range targets(t, Shard(a, rank, 3), o) {
			if len(y) < len(whole[i])/3 || len(y) > len(whole[i])/3+1 {
				t.Errorf("rank %d has %d of %d rows", rank, len(y), len(whole[i]))
			}
			joined[i] = append(joined[i], y...)
		}
	}
	if !reflect.DeepEqual(whole, joined) {
		t.Errorf("shards %v do not make up %v", joined, whole)
	}
	if err := onlyError(t, Shard(numbered(2), 0, 3)); !strings.Contains(err.Error(), "2 rows cannot be divided over 3 replicas") {
		t.Error(err)
	}
	for _, rank := range []int{-1, 3} {
		if err := onlyError(t, Shard(a, rank, 3)); !strings.Contains(err.Error(), "of 3: the rank must lie") {
			t.Error(err)
		}
	}
}

func TestPrefetch(t *testing.T) {
	a, o := numbered(50), Options{BatchSize: 4, Shuffle: true}
	for _, n := range []int{0, 1, 3, 100} {
		if got, want := targets(t, Prefetch(a, n), o), targets(t, a, o); !reflect.DeepEqual(got, want) {
			t.Errorf("n = %d: %v, want %v", n, got, want)
		}
	}
	if err := onlyError(t, Prefetch(Arrays{}, 2)); !strings.Contains(err.Error(), "x holds no array") {
		t.Error(err)
	}
}

func TestPrefetchRunsAhead(t *testing.T) {
	produced := make(chan int, 10)
	source := Seq(func(yield func(Batch, error) bool) {
		for i := range 4 {
			produced <- i
			if !yield(Batch{X: i}, nil) {
				return
			}
		}
	})
	for range Prefetch(source, 2).Batches(Options{}) {
		for i := range 3 { // while the first is used, two more are made
			select {
			case k := <-produced:
				if k != i {
					t.Errorf("batch %d, want %d", k, i)
				}
			case <-time.After(5 * time.Second):
				t.Fatalf("batch %d was not prepared", i)
			}
		}
		break
	}
}

func TestPrefetchLeaksNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	ended, running := 0, false
	endless := Seq(func(yield func(Batch, error) bool) {
		running = true
		defer func() { ended++; running = false }()
		for yield(Batch{X: 1}, nil) {
		}
	})
	for range 20 {
		for range Prefetch(endless, 3).Batches(Options{}) {
			break
		}
		if running { // no lock: Prefetch promises that the source has ended
			t.Fatal("the source runs after the loop")
		}
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before || ended != 20 {
		t.Errorf("%d goroutines, %d before; %d sources ended", n, before, ended)
	}
}

func TestPrefetchCarriesPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "generator" {
			t.Errorf("recovered %v", r)
		}
	}()
	source := Seq(func(func(Batch, error) bool) { panic("generator") })
	for range Prefetch(source, 1).Batches(Options{}) {
		t.Error("a batch from nowhere")
	}
}
