package kernels

import "math"

// The float32 functions below compute in float64 with polynomials only as long as float32 needs: on a scalar unit that
// costs the same, and rounding once at the end keeps them within one unit in the last place.

const (
	ln2 = math.Ln2
	// expSteps is the number of entries of expTable.
	expSteps = 32
	// roundMagic is 1.5*2^52: x+roundMagic holds the integer nearest to x in its low bits, on top of roundBits.
	roundMagic = 1<<52 + 1<<51
	roundBits  = 0x4338000000000000
)

// expTable holds the bits of 2^(i/expSteps).
var expTable = func() (t [expSteps]uint64) {
	for i := range t {
		t[i] = math.Float64bits(math.Exp2(float64(i) / expSteps))
	}
	return t
}()

// expParts returns t and q with exp(x) = t + t*q for |x| < 700: x = k ln2/32 + r, t = 2^(k/32), and q = exp(r)-1 by Taylor's
// series, to 1e-10 of q because |r| < 0.011.
func expParts(x float64) (t, q float64) {
	kf := x*(expSteps/ln2) + roundMagic
	k := math.Float64bits(kf) - roundBits
	r := x - (kf-roundMagic)*(ln2/expSteps)
	t = math.Float64frombits(expTable[k%expSteps] + uint64(int64(k)>>5)<<52)
	return t, r + r*r*(1.0/2+r*(1.0/6+r*(1.0/24)))
}

// logCore returns log(x) to about 1e-11 relative for positive, normal, finite x.
// With x = 2^e m and sqrt(1/2) <= m < sqrt(2): log(m) = 2 atanh(s), s = (m-1)/(m+1).
func logCore(x float64) float64 {
	const shift = 0x3fe6a09e667f3bcd // the bits of sqrt(1/2)
	bits := math.Float64bits(x)
	e := int64(bits-shift) >> 52
	m := math.Float64frombits(bits - uint64(e)<<52)
	s := (m - 1) / (m + 1)
	s2 := s * s
	s4 := s2 * s2
	p := (1 + s2*(1.0/3)) + s4*((1.0/5+s2*(1.0/7))+s4*((1.0/9+s2*(1.0/11))+s4*(1.0/13)))
	return float64(e)*ln2 + 2*s*p
}

func log32(x float32) float32 {
	if !(x > 0 && x <= math.MaxFloat32) {
		return float32(math.Log(float64(x)))
	}
	return float32(logCore(float64(x)))
}

// log1pCore returns log(1+u) for 0 <= u <= 1 to float32 precision; below 1e-6 the sum 1+u would lose too much of u.
func log1pCore(u float64) float64 {
	if u < 1e-6 {
		return u - u*u/2
	}
	return logCore(1 + u)
}

// softplus32 is log(1+exp(x)) = max(x, 0) + log1p(exp(-|x|)).
func softplus32(x float32) float32 {
	if x != x {
		return x
	}
	v := float64(x)
	a := math.Abs(v)
	if a > 104 {
		return float32(max(v, 0))
	}
	t, q := expParts(-a)
	return float32(max(v, 0) + log1pCore(t+t*q))
}

func sigmoid64(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x) // exp(-x) would overflow and lose the tail
	return e / (1 + e)
}

func softplus64(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// digamma is the logarithmic derivative of gamma: recurrence up to x >= 10, then the asymptotic series
// (Abramowitz and Stegun 6.3.18); reflection for negative x (6.3.7). Poles are NaN, at 0 it is -Inf with the sign of 0 reversed.
func digamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case math.IsInf(x, -1):
		return math.NaN()
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x < 0:
		frac := x - math.Floor(x)
		if frac == 0 {
			return math.NaN()
		}
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*frac)
	}
	shift := 0.0
	for x < 10 {
		shift += 1 / x
		x++
	}
	y := 1 / (x * x)
	tail := y * (1.0/12 - y*(1.0/120-y*(1.0/252-y*(1.0/240-y*(1.0/132-y*(691.0/32760-y*(1.0/12)))))))
	return math.Log(x) - 0.5/x - tail - shift
}

// exp32Row, tanh32Row and sigmoid32Row are loops of their own, so that expParts is inlined.
func exp32Row(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		t, q := expParts(min(max(float64(src[i]), -104), 89))
		dst[i] = float32(t + t*q)
	}
}

func tanh32Row(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		t, q := expParts(2 * min(max(float64(src[i]), -10), 10))
		e := (t - 1) + t*q
		dst[i] = float32(math.Copysign(e/(e+2), float64(src[i]))) // -0 stays
	}
}

func sigmoid32Row(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		t, q := expParts(-min(max(float64(src[i]), -104), 104))
		dst[i] = float32(1 / (1 + (t + t*q)))
	}
}

func expSum32(dst, x []float32, shift float32) float64 {
	x = x[:len(dst)]
	sum := 0.0
	for i := range dst {
		t, q := expParts(min(max(float64(x[i]-shift), -104), 89))
		e := t + t*q
		dst[i] = float32(e)
		sum += e
	}
	return sum
}

func expSum64(dst, x []float64, shift float64) float64 {
	x = x[:len(dst)]
	sum := 0.0
	for i := range dst {
		e := math.Exp(x[i] - shift)
		dst[i] = e
		sum += e
	}
	return sum
}
