package kernels

import "math"

// Region is a run of elements of one parameter that a [Rule] updates: the new values Dst, what they are made of, and numbers. All
// slices that a rule uses have the same length. Dst may be Src.
type Region[T Number] struct {
	Dst [3][]T
	Src [4][]T
	By  [6]T
}

// Rule is an optimizer's step over a Region in one pass over memory. It has the bits of its operations one by one.
type Rule[T Number] struct {
	Run func(r *Region[T])
	// Rest is Run where the gradient, Src[Gradient], is 0: it is not read, and elements that do not change are not written. It is
	// nil for a rule in which all elements change; else By[Epsilon] must be positive and By[Rate] finite.
	Rest                    func(r *Region[T])
	Gradient, Rate, Epsilon int
}

// RuleOf returns the rule of a name; ok is false if there is none. Src, By and Dst are, for
//
//	adam      w, m, g, v    1-β₁, rate, 1-β₂, ε                  m, v, w
//	adam_w    w, m, g, v    decay, rate, 1-β₁, rate', 1-β₂, ε    m, v, w
//	sgd       w, g          rate                                 w
//	momentum  w, v, g       momentum, rate                       v, w
//	nesterov  w, v, g       momentum, rate, momentum             v, w
//	rms_prop  w, g, v       rate, ρ, 1-ρ, ε                      v, w
func RuleOf[T Number](name string) (r Rule[T], ok bool) {
	r, ok = tableOf[T]().rules[name]
	return r, ok
}

// The conversions to T in the rules round each operation: a product and a sum must not become one instruction.

func rules[T Float]() map[string]Rule[T] {
	return map[string]Rule[T]{
		"adam":     {Run: adam[T], Rest: adamRest[T], Gradient: 2, Rate: 1, Epsilon: 3},
		"adam_w":   {Run: adamW[T]},
		"sgd":      {Run: sgd[T]},
		"momentum": {Run: momentum[T]},
		"nesterov": {Run: nesterov[T]},
		"rms_prop": {Run: rmsProp[T]},
	}
}

func root[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// moments is the new averages of Adam, and what they take off w.
func moments[T Float](m, g, v, keep1, rate, keep2, epsilon T) (mean, square, fall T) {
	mean = m + T((g-m)*keep1)
	square = v + T((T(g*g)-v)*keep2)
	return mean, square, T(mean*rate) / (root(square) + epsilon)
}

func adam[T Float](r *Region[T]) {
	w, m, g, v, by := r.Src[0], r.Src[1], r.Src[2], r.Src[3], r.By
	for i := range r.Dst[0] {
		mean, square, fall := moments(m[i], g[i], v[i], by[0], by[1], by[2], by[3])
		r.Dst[0][i], r.Dst[1][i], r.Dst[2][i] = mean, square, w[i]-fall
	}
}

func adamRest[T Float](r *Region[T]) {
	w, m, v, by := r.Src[0], r.Src[1], r.Src[3], r.By
	for i := range r.Dst[0] {
		mean, square, fall := moments(m[i], 0, v[i], by[0], by[1], by[2], by[3])
		r.Dst[0][i], r.Dst[1][i], r.Dst[2][i] = mean, square, w[i]-fall
	}
}

func adamW[T Float](r *Region[T]) {
	w, m, g, v, by := r.Src[0], r.Src[1], r.Src[2], r.Src[3], r.By
	for i := range r.Dst[0] {
		kept := w[i] - T(T(w[i]*by[0])*by[1])
		mean, square, fall := moments(m[i], g[i], v[i], by[2], by[3], by[4], by[5])
		r.Dst[0][i], r.Dst[1][i], r.Dst[2][i] = mean, square, kept-fall
	}
}

func sgd[T Float](r *Region[T]) {
	w, g, rate := r.Src[0], r.Src[1], r.By[0]
	for i := range r.Dst[0] {
		r.Dst[0][i] = w[i] - T(g[i]*rate)
	}
}

func momentum[T Float](r *Region[T]) {
	w, v, g, by := r.Src[0], r.Src[1], r.Src[2], r.By
	for i := range r.Dst[0] {
		next := T(v[i]*by[0]) - T(g[i]*by[1])
		r.Dst[0][i], r.Dst[1][i] = next, w[i]+next
	}
}

func nesterov[T Float](r *Region[T]) {
	w, v, g, by := r.Src[0], r.Src[1], r.Src[2], r.By
	for i := range r.Dst[0] {
		fall := T(g[i] * by[1])
		next := T(v[i]*by[0]) - fall
		r.Dst[0][i], r.Dst[1][i] = next, w[i]+(T(next*by[2])-fall)
	}
}

func rmsProp[T Float](r *Region[T]) {
	w, g, v, by := r.Src[0], r.Src[1], r.Src[2], r.By
	for i := range r.Dst[0] {
		next := T(v[i]*by[1]) + T(T(g[i]*g[i])*by[2])
		fall := T(by[0]*g[i]) / root(next+by[3])
		r.Dst[0][i], r.Dst[1][i] = next, w[i]-fall
	}
}
