package cases

import (
	"math"
	"slices"
	"strings"

	"github.com/gorgonin/gorgonin/internal/npz"
)

// SplitMix64 is the output of the SplitMix64 generator in state x (Steele, Lea and Flood, OOPSLA 2014).
func SplitMix64(x uint64) uint64 {
	z := x + 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Unit is element k of a stream of pseudo-random numbers in [-1, 1), multiples of 2^-23.
func Unit(k, stream uint64) float32 {
	return float32(float64(int64(SplitMix64(k+stream<<32)>>40)-1<<23) / (1 << 23))
}

// Cotangent is what the gradients of a case multiply its i-th float32 output by, n elements in row-major order. Outputs
// are counted in the order of [Value.Leaves], float32 ones only.
func Cotangent(i, n int) []float32 {
	out := make([]float32, n)
	for k := range out {
		out[k] = Unit(uint64(k), uint64(i))
	}
	return out
}

// FillWeight is the value that weight number j of a keras.applications model has in its case, whose weights are not
// stored. The last component of the variable's name decides the rule; gain is the case's weight_gain.
func FillWeight(j int, name string, shape []int, gain float64) *npz.Array {
	n := 1
	for _, d := range shape {
		n *= d
	}
	rule := fillRule(name, shape, n, gain)
	values := make([]float32, n)
	for k := range values {
		values[k] = float32(rule(float64(Unit(uint64(k), uint64(j)))))
	}
	return &npz.Array{Dtype: "float32", Shape: slices.Clone(shape), Data: values}
}

func fillRule(name string, shape []int, n int, gain float64) func(u float64) float64 {
	rank := len(shape)
	switch {
	case strings.Contains(name, "moving_variance") || name == "variance":
		return func(u float64) float64 { return 1 + 0.25*math.Abs(u) }
	case rank == 1 && name == "gamma":
		return func(u float64) float64 { return 1 + 0.25*u }
	case rank <= 1:
		return func(u float64) float64 { return 0.1 * u }
	}
	fan := float64(n) / float64(shape[rank-1])
	if strings.Contains(name, "depthwise") || rank == 4 && shape[3] == 1 {
		fan = float64(shape[0] * shape[1])
	}
	scale := math.Sqrt(3 / fan)
	return func(u float64) float64 { return u * scale * gain }
}

// AppInput is the input (2, side, side, 3) of a keras.applications case: [0, 1) times scale, the second image a quarter
// as bright.
func AppInput(side int, scale float64) *npz.Array {
	const stream = 900000
	shape := []int{2, side, side, 3}
	n := 2 * side * side * 3
	values := make([]float32, n)
	for k := range values {
		v := float32((float64(Unit(uint64(k), stream)) + 1) * 0.5)
		if k >= n/2 {
			v *= 0.25
		}
		values[k] = v * float32(scale)
	}
	return &npz.Array{Dtype: "float32", Shape: shape, Data: values}
}
