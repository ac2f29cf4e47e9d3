//go:build (amd64 || arm64) && unix

package kernels

import (
	"runtime/debug"
	"slices"
	"testing"
)

// TestRulesSIMD holds the assembly of the rules against the portable one, bit by bit, in place and next to memory that must not
// be touched.
func TestRulesSIMD(t *testing.T) {
	slow, fast := assembly(t)
	debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(false)
	for name, rule := range slow.rules {
		for _, n := range lengths {
			for _, first := range []bool{false, true} {
				sameRule(t, name, n, first, rule.Run, fast.rules[name].Run, -1)
				if rule.Rest != nil {
					sameRule(t, name+" rest", n, first, rule.Run, fast.rules[name].Rest, rule.Gradient)
					sameRule(t, name+" rest", n, first, rule.Rest, fast.rules[name].Rest, rule.Gradient)
				}
			}
		}
	}
}

// sameRule runs two rules on equal regions; zero is the number of a source that is 0, and is missing for the second.
func sameRule(t *testing.T, name string, n int, first bool, a, b func(*Region[float32]), zero int) {
	t.Helper()
	r := newRand()
	var want, got Region[float32]
	for k := range got.By {
		got.By[k] = r.Float32()
	}
	want.By = got.By
	for k := range got.Src {
		x := guarded[float32](t, n, first)
		odd(r, x)
		if k > 0 && n > 20 {
			clear(x[8:16]) // a register without gradient and averages
		}
		want.Src[k], got.Src[k] = slices.Clone(x), x
		if k == zero {
			clear(want.Src[k])
			got.Src[k] = nil
		}
	}
	for k, of := range []int{1, 3, 0} {
		want.Dst[k], got.Dst[k] = want.Src[of], got.Src[of]
	}
	a(&want)
	b(&got)
	for k := range want.Dst {
		for i := range n {
			if !sameFloat(got.Dst[k][i], want.Dst[k][i]) {
				t.Fatalf("%s over %d elements: result %d, element %d is %v, want %v", name, n, k, i, got.Dst[k][i], want.Dst[k][i])
			}
		}
	}
}

func BenchmarkAdam(b *testing.B) {
	for _, n := range []int{4096, 1 << 21} {
		r := Region[float32]{By: [6]float32{.1, .001, .001, 1e-7}}
		for k := range r.Src {
			r.Src[k] = make([]float32, n)
		}
		r.Dst = [3][]float32{r.Src[1], r.Src[3], r.Src[0]}
		rule := table32.rules["adam"]
		for _, run := range []func(*Region[float32]){rule.Rest, rule.Run} {
			b.Run("", func(b *testing.B) {
				for range b.N {
					run(&r)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
			})
			for i := range r.Src[2] {
				r.Src[2][i] = float32(i%7) - 3
			}
		}
	}
}
