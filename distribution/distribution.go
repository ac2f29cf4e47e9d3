// Package distribution joins replicas of a model that train on shares of the same batches. Each replica has the same weights
// and an own [Communicator]; a training step adds up the gradients of all between gradient and update, so that the
// replicas stay alike. [Local] joins replicas in one process.
package distribution

import (
	"context"

	"gorgonia.org/tensor"
)

// Communicator joins the replicas of one model. Every replica makes the same calls in the same order.
type Communicator interface {
	// Rank is the number of this replica, from 0.
	Rank() int
	// Size is the number of replicas.
	Size() int
	// AllReduce replaces the float tensors by their sums over all replicas, the same bits on each. The tensors of all
	// replicas have the same shapes. It waits for the others and returns an error when ctx ends first.
	AllReduce(ctx context.Context, tensors []*tensor.Dense) error
}
