// Package data turns what a Go program has (slices, tensors, generators, CSV files) into the batches that a model is
// trained, evaluated and asked with.
//
// Anything that looks like an array is one: a tensor.Tensor, a number, bool or string, and slices of these nested to any
// depth. [Tensor] converts it. Several inputs or outputs are a map[string]any by name or a []any in order.
//
// [Arrays] holds a data set in memory and is the usual argument of Fit. Everything else that yields batches is a
// [Dataset] too: a [Func] generates the batches of an epoch, a [Seq] is one stream of batches, and [Shard], [Prefetch]
// and [Map] wrap another Dataset. All of it is deterministic: the same [Options] give the same batches.
//
// Start reading at [Dataset] and [Arrays].
package data
