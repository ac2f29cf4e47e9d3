// Package peak measures the multiply-add peak of one core, the ceiling that benchmarks of matrix kernels are compared with.
package peak
