package kernels

import "math"

func isFloat[T Number]() bool {
	switch any(T(0)).(type) {
	case float32, float64:
		return true
	}
	return false
}

func self[T any](v T) T { return v }

func addRow[T Number](a T, x []T) T {
	for _, v := range x {
		a += v
	}
	return a
}

func mulRow[T, A Number](a A, x []T) A {
	for _, v := range x {
		a *= A(v)
	}
	return a
}

func addCols[T, A Number](acc []A, x []T) {
	x = x[:len(acc)]
	for i := range acc {
		acc[i] += A(x[i])
	}
}

func mulCols[T, A Number](acc []A, x []T) {
	x = x[:len(acc)]
	for i := range acc {
		acc[i] *= A(x[i])
	}
}

// cols makes a fold of columns of a binary operation.
func cols[T any](op func(dst, a, b []T)) func(acc, x []T) {
	return func(acc, x []T) { op(acc, acc, x) }
}

// logSum stands for log(s) + m, where m is the largest element so far and s the sum of exp(x-m).
type logSum struct{ m, s float64 }

func (a logSum) value() float64 {
	if math.IsInf(a.m, 0) {
		return a.m
	}
	return a.m + math.Log(a.s)
}

func (a logSum) merge(b logSum) logSum {
	m := max(a.m, b.m)
	if math.IsInf(m, 0) { // m-m would be NaN
		return logSum{m, 1}
	}
	return logSum{m, a.s*math.Exp(a.m-m) + b.s*math.Exp(b.m-m)}
}

func logSumRow[T Number](a logSum, x []T) logSum {
	b := logSum{m: math.Inf(-1)}
	for _, v := range x {
		b.m = max(b.m, float64(v)) // NaN stays
	}
	if math.IsInf(b.m, 0) || len(x) == 0 {
		return a.merge(b)
	}
	for _, v := range x {
		b.s += math.Exp(float64(v) - b.m)
	}
	return a.merge(b)
}

func logSumCols[T Number](acc []logSum, x []T) {
	for i := range acc {
		acc[i] = acc[i].merge(logSum{float64(x[i]), 1})
	}
}
