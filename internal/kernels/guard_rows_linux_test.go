package kernels

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gorgonin/gorgonin/internal/par"
)

// oddLengths are around the numbers of elements that vector loops take at once.
var oddLengths = []int{0, 1, 3, 7, 8, 9, 15, 17, 31, 33, 63, 65, 100, 1027}

func TestUnaryStaysInside(t *testing.T) {
	for name := range table32.unary {
		for _, n := range oddLengths {
			inside(t, fmt.Sprintf("%s of %d", name, n), func(g *guards) ([]par.Loop, error) {
				return Unary(name, room[float32](g, n), numbers[float32](g, n))
			})
			inside(t, fmt.Sprintf("%s of %d in place", name, n), func(g *guards) ([]par.Loop, error) {
				x := numbers[float32](g, n)
				return Unary(name, x, x)
			})
		}
	}
	for _, n := range oddLengths {
		for _, name := range []string{"isnan", "isinf", "isfinite", "logical_not"} {
			inside(t, fmt.Sprintf("%s of %d", name, n), func(g *guards) ([]par.Loop, error) {
				return Predicate(name, room[bool](g, n), numbers[float32](g, n))
			})
		}
		inside(t, fmt.Sprintf("not of %d", n), func(g *guards) ([]par.Loop, error) { return Not(room[bool](g, n), bools(g, n)) })
		inside(t, fmt.Sprintf("bfloat16 of %d", n), func(g *guards) ([]par.Loop, error) { return RoundBF16(numbers[float32](g, n)), nil })
		inside(t, fmt.Sprintf("float16 of %d", n), func(g *guards) ([]par.Loop, error) { return RoundF16(numbers[float32](g, n)), nil })
	}
}

func TestCastsStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for name, make := range map[string]loopMaker{
			"int32 to float32":   func(g *guards) ([]par.Loop, error) { return Cast(room[float32](g, n), numbers[int32](g, n)) },
			"float32 to int32":   func(g *guards) ([]par.Loop, error) { return Cast(room[int32](g, n), numbers[float32](g, n)) },
			"float32 to float64": func(g *guards) ([]par.Loop, error) { return Cast(room[float64](g, n), numbers[float32](g, n)) },
			"uint8 to float32":   func(g *guards) ([]par.Loop, error) { return Cast(room[float32](g, n), numbers[uint8](g, n)) },
			"float32 to bool":    func(g *guards) ([]par.Loop, error) { return CastToBool(room[bool](g, n), numbers[float32](g, n)) },
			"bool to float32":    func(g *guards) ([]par.Loop, error) { return CastFromBool(room[float32](g, n), bools(g, n)) },
			"int64 to bool":      func(g *guards) ([]par.Loop, error) { return CastToBool(room[bool](g, n), numbers[int64](g, n)) },
			"bool to int32":      func(g *guards) ([]par.Loop, error) { return CastFromBool(room[int32](g, n), bools(g, n)) },
		} {
			inside(t, fmt.Sprintf("%s, %d elements", name, n), make)
		}
	}
}

// reading is how one of two operands is read for a result of 3 rows of n.
type reading struct {
	name    string
	strides func(n int) []int
	size    func(n int) int
}

var readings = []reading{
	{"whole", func(n int) []int { return []int{n, 1} }, func(n int) int { return 3 * n }},
	{"row", func(int) []int { return []int{0, 1} }, func(n int) int { return n }},
	{"column", func(int) []int { return []int{1, 0} }, func(int) int { return 3 }},
	{"number", func(int) []int { return []int{0, 0} }, func(int) int { return 1 }},
	{"transposed", func(int) []int { return []int{1, 3} }, func(n int) int { return 3 * n }},
}

func TestBinaryStaysInside(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 17, 33, 100} {
		shape := []int{3, n}
		for _, a := range readings {
			for _, b := range readings {
				for name := range table32.binary {
					inside(t, fmt.Sprintf("%s of %s and %s, 3x%d", name, a.name, b.name, n), func(g *guards) ([]par.Loop, error) {
						return Binary(name, room[float32](g, 3*n), numbers[float32](g, a.size(n)), numbers[float32](g, b.size(n)), shape, a.strides(n), b.strides(n))
					})
				}
				for name := range table32.compare {
					inside(t, fmt.Sprintf("%s of %s and %s, 3x%d", name, a.name, b.name, n), func(g *guards) ([]par.Loop, error) {
						return Compare(name, room[bool](g, 3*n), numbers[float32](g, a.size(n)), numbers[float32](g, b.size(n)), shape, a.strides(n), b.strides(n))
					})
				}
				inside(t, fmt.Sprintf("and of %s and %s, 3x%d", a.name, b.name, n), func(g *guards) ([]par.Loop, error) {
					return Logical("logical_and", room[bool](g, 3*n), bools(g, a.size(n)), bools(g, b.size(n)), shape, a.strides(n), b.strides(n))
				})
				inside(t, fmt.Sprintf("selection of %s and %s, 3x%d", a.name, b.name, n), func(g *guards) ([]par.Loop, error) {
					return Select(room[float32](g, 3*n), bools(g, 3*n), numbers[float32](g, a.size(n)), numbers[float32](g, b.size(n)),
						shape, []int{n, 1}, a.strides(n), b.strides(n))
				})
			}
		}
	}
}

func TestSoftmaxStaysInside(t *testing.T) {
	for _, n := range oddLengths {
		for _, a := range []Axis{{3, n, 1}, {2, 5, n}, {1, n, 3}} {
			what := fmt.Sprint(a)
			inside(t, "softmax "+what, func(g *guards) ([]par.Loop, error) {
				return Softmax(room[float32](g, a.size()), numbers[float32](g, a.size()), a)
			})
			inside(t, "log softmax "+what, func(g *guards) ([]par.Loop, error) {
				return LogSoftmax(room[float32](g, a.size()), numbers[float32](g, a.size()), a)
			})
			inside(t, "gradient of softmax "+what, func(g *guards) ([]par.Loop, error) {
				return SoftmaxGrad(room[float32](g, a.size()), numbers[float32](g, a.size()), numbers[float32](g, a.size()), a)
			})
			inside(t, "gradient of log softmax "+what, func(g *guards) ([]par.Loop, error) {
				return LogSoftmaxGrad(room[float32](g, a.size()), numbers[float32](g, a.size()), numbers[float32](g, a.size()), a)
			})
			for _, reverse := range []bool{false, true} {
				inside(t, "running sum "+what, func(g *guards) ([]par.Loop, error) {
					return Cumulate("sum", room[float32](g, a.size()), numbers[float32](g, a.size()), a, reverse)
				})
			}
			inside(t, "argmax "+what, func(g *guards) ([]par.Loop, error) {
				return ArgExtreme("argmax", room[int32](g, a.Outer*a.Inner), numbers[float32](g, a.size()), a)
			})
		}
	}
}

func TestReductionsStayInside(t *testing.T) {
	for _, n := range oddLengths {
		for _, c := range []struct{ shape, axes []int }{
			{[]int{n}, []int{0}}, {[]int{3, n}, []int{1}}, {[]int{n, 3}, []int{0}}, {[]int{5, n}, []int{0}}, {[]int{2, 3, n}, []int{0, 1}},
			{[]int{2, n, 5}, []int{1}}, {[]int{2, n, 9}, []int{0, 2}}, {[]int{3, n}, []int{0, 1}}, {[]int{70, n}, []int{0}},
		} {
			left := 1
			for axis, d := range c.shape {
				if !slices.Contains(c.axes, axis) {
					left *= d
				}
			}
			for _, name := range []string{"sum", "mean", "max", "min", "prod", "logsumexp"} {
				inside(t, fmt.Sprintf("%s of %v over %v", name, c.shape, c.axes), func(g *guards) ([]par.Loop, error) {
					return Reduce(name, room[float32](g, left), numbers[float32](g, size(c.shape)), c.shape, c.axes)
				})
			}
			inside(t, fmt.Sprintf("any of %v over %v", c.shape, c.axes), func(g *guards) ([]par.Loop, error) {
				return ReduceBool("any", room[bool](g, left), bools(g, size(c.shape)), c.shape, c.axes)
			})
		}
	}
}

func TestRandomStaysInside(t *testing.T) {
	for _, n := range append(oddLengths, 4096, 8191) {
		for name, make := range map[string]loopMaker{
			"uniform": func(g *guards) ([]par.Loop, error) {
				return Uniform(room[float32](g, n), &Seed{Counter: 7}, -1, 2), nil
			},
			"normal":           func(g *guards) ([]par.Loop, error) { return Normal(room[float32](g, n), &Seed{Counter: 7}, 1, 2), nil },
			"truncated normal": func(g *guards) ([]par.Loop, error) { return TruncatedNormal(room[float32](g, n), &Seed{}, 1, 2), nil },
			"bernoulli":        func(g *guards) ([]par.Loop, error) { return Bernoulli(room[float32](g, n), &Seed{}, 0.3), nil },
			"integers":         func(g *guards) ([]par.Loop, error) { return RandomInt(room[int32](g, n), &Seed{}, -5, 9), nil },
		} {
			inside(t, fmt.Sprintf("%s of %d", name, n), make)
		}
	}
}
