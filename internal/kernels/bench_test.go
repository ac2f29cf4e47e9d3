package kernels

import (
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// BenchmarkRow reports nanoseconds for an element of the common elementwise kernels, on one thread.
func BenchmarkRow(b *testing.B) {
	const n = 1 << 14
	r := newRand()
	x, y, z := values[float32](r, n), values[float32](r, n), make([]float32, n)
	shape, one, zero := []int{128, 128}, []int{128, 1}, []int{0, 1}
	unary := func(name string) []par.Loop { l, _ := Unary(name, z, x); return l }
	binary := func(name string, strides []int) []par.Loop {
		l, _ := Binary(name, z, x, y, shape, one, strides)
		return l
	}
	softmax, _ := Softmax(z, x, Axis{128, 128, 1})
	sum, _ := Reduce("sum", z, x, shape, []int{1})
	columns, _ := Reduce("sum", z, x, shape, []int{0})
	maximum, _ := Reduce("max", z, x, shape, []int{1})
	flip, _ := Copy(z, x, shape, []int{1, 128}, 0)
	less := make([]bool, n)
	compare, _ := Compare("less", less, x, y, shape, one, one)
	for _, c := range []struct {
		name  string
		loops []par.Loop
	}{
		{"exp", unary("exp")}, {"tanh", unary("tanh")}, {"sigmoid", unary("sigmoid")}, {"log", unary("log")}, {"softplus", unary("softplus")},
		{"relu", unary("relu")}, {"sqrt", unary("sqrt")}, {"abs", unary("abs")}, {"erf", unary("erf")}, {"rsqrt", unary("rsqrt")},
		{"add", binary("add", one)}, {"add bias", binary("add", zero)}, {"maximum", binary("maximum", one)}, {"div", binary("div", one)},
		{"less", compare}, {"softmax", softmax}, {"sum rows", sum}, {"sum columns", columns}, {"max rows", maximum}, {"transpose", flip},
		{"uniform", Uniform(z, &Seed{}, 0, 1)}, {"normal", Normal(z, &Seed{}, 0, 1)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				for i := range c.loops {
					pool1.Run(&c.loops[i])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}
