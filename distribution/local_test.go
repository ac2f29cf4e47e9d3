package distribution_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gorgonin/gorgonin/distribution"
	"gorgonia.org/tensor"
)

func vector(v ...float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v))
}

// together calls f on every replica at once.
func together(replicas []distribution.Communicator, f func(distribution.Communicator) error) []error {
	errs := make([]error, len(replicas))
	var wg sync.WaitGroup
	for i, c := range replicas {
		wg.Go(func() { errs[i] = f(c) })
	}
	wg.Wait()
	return errs
}

func TestAllReduce(t *testing.T) {
	replicas := distribution.Local(3)
	errs := together(replicas, func(c distribution.Communicator) error {
		for round := range 50 {
			a := vector(float32(c.Rank()), 1)
			b := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float64{float64(round)}))
			if err := c.AllReduce(context.Background(), []*tensor.Dense{a, b}); err != nil {
				return err
			}
			if got := fmt.Sprint(a.Data(), b.Data()); got != fmt.Sprintf("[3 3] [%d]", 3*round) {
				return fmt.Errorf("round %d, rank %d of %d: %s", round, c.Rank(), c.Size(), got)
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

func TestAllReduceErrors(t *testing.T) {
	errs := together(distribution.Local(2), func(c distribution.Communicator) error {
		return c.AllReduce(context.Background(), []*tensor.Dense{vector(make([]float32, 1+c.Rank())...)})
	})
	for _, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "(2)") || !strings.Contains(err.Error(), "replica 1") {
			t.Errorf("different shapes: %v", err)
		}
	}
	errs = together(distribution.Local(2), func(c distribution.Communicator) error {
		return c.AllReduce(context.Background(), []*tensor.Dense{tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{1, 2}))})
	})
	if errs[0] == nil || !strings.Contains(errs[0].Error(), "int") {
		t.Errorf("integers: %v", errs[0])
	}
	ctx, cancel := context.WithCancel(context.Background())
	replicas := distribution.Local(2)
	cancel()
	if err := replicas[0].AllReduce(ctx, []*tensor.Dense{vector(1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	err := replicas[1].AllReduce(context.Background(), []*tensor.Dense{vector(1)})
	if err == nil || !strings.Contains(err.Error(), "replica 0 has given up") {
		t.Errorf("the other replica: %v", err)
	}
}

func ExampleLocal() {
	var wg sync.WaitGroup
	for _, replica := range distribution.Local(2) {
		wg.Go(func() {
			gradient := vector(float32(replica.Rank()+1), 10)
			if err := replica.AllReduce(context.Background(), []*tensor.Dense{gradient}); err != nil {
				fmt.Println(err)
			}
			if replica.Rank() == 0 {
				fmt.Println(gradient.Data())
			}
		})
	}
	wg.Wait()
	// Output: [3 20]
}
