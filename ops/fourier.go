package ops

import (
	"errors"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// FFT is the discrete Fourier transform of the complex numbers re + i im along the last axis, whose size n must be known:
// y[k] = Σ x[j] exp(-2πi jk/n). It takes O(n Σp) steps for the prime factors p of n.
// https://keras.io/api/ops/fft/#fft-function
func FFT(re, im *graph.Node) (yRe, yIm *graph.Node) { return fourier("fft", re, im, -1) }

// IFFT is the inverse of [FFT].
func IFFT(re, im *graph.Node) (yRe, yIm *graph.Node) { return inverse(re, im, fourier, -1) }

// FFT2 is [FFT] along the last two axes. https://keras.io/api/ops/fft/#fft2-function
func FFT2(re, im *graph.Node) (yRe, yIm *graph.Node) { return fourier2("fft2", re, im, -1) }

// IFFT2 is the inverse of [FFT2]. https://keras.io/api/ops/fft/#ifft2-function
func IFFT2(re, im *graph.Node) (yRe, yIm *graph.Node) { return inverse(re, im, fourier2, -1, -2) }

func fourier2(name string, re, im *graph.Node, sign float64) (yRe, yIm *graph.Node) {
	re, im = fourier(name, re, im, sign)
	if !ready(re, im) {
		return re, im
	}
	if re.Shape().Rank() < 2 {
		bad := re.Graph().Fail(name, errors.New("want at least two axes"), re)
		return bad, bad
	}
	re, im = fourier(name, SwapAxes(re, -1, -2), SwapAxes(im, -1, -2), sign)
	return SwapAxes(re, -1, -2), SwapAxes(im, -1, -2)
}

// inverse runs a transform with the other sign and divides by the number of places along the axes.
func inverse(re, im *graph.Node, transform func(string, *graph.Node, *graph.Node, float64) (a, b *graph.Node), axes ...int) (yRe, yIm *graph.Node) {
	re, im = transform("ifft", re, im, 1)
	if !ready(re, im) {
		return re, im
	}
	n := 1
	for _, a := range axes {
		n *= re.Shape().Dim(a)
	}
	return Div(re, n), Div(im, n)
}

// RFFT is [FFT] of real numbers x, of which the first n (all with n 0, its size) along the last axis are taken, with zeros
// after them if there are fewer. The n/2 + 1 results say all, the others being their mirror image.
// https://keras.io/api/ops/fft/#rfft-function
func RFFT(x *graph.Node, n int) (re, im *graph.Node) {
	x = floated(x)
	x, n, bad := lengthened("rfft", x, n)
	if bad != nil {
		return bad, bad
	}
	re, im = fourier("rfft", x, ZerosLike(x), -1)
	return SliceAxis(re, -1, 0, n/2+1), SliceAxis(im, -1, 0, n/2+1)
}

// IRFFT is the inverse of [RFFT]: n real numbers, 2 (size - 1) with n 0. https://keras.io/api/ops/fft/#irfft-function
func IRFFT(re, im *graph.Node, n int) *graph.Node {
	const name = "irfft"
	re, im = promote(floated(re), floated(im))
	size, _, bad := known(name, re, -1)
	if bad != nil {
		return bad
	}
	if n == 0 {
		n = 2 * (size - 1)
	}
	if n < 1 {
		return re.Graph().Fail(name, errors.New("the result has no elements: give its length"), re)
	}
	half := n/2 + 1
	re, _, bad = lengthened(name, re, half)
	if bad != nil {
		return bad
	}
	if im, _, bad = lengthened(name, im, half); bad != nil {
		return bad
	}
	// All but the first and, of an even n, the last stand for their mirror image too.
	twice := vector(re.Graph(), re.Dtype(), half, func(i int) float64 {
		if i == 0 || 2*i == n {
			return 1 / float64(n)
		}
		return 2 / float64(n)
	})
	rest := tail(re, n-half)
	y, _ := fourier(name, Pad(Mul(re, twice), rest), Pad(Mul(im, twice), rest), 1)
	return y
}

// lengthened cuts the last axis of x to n elements or adds zeros; 0 is its size.
func lengthened(name string, x *graph.Node, n int) (y *graph.Node, length int, bad *graph.Node) {
	size, _, bad := known(name, x, -1)
	switch {
	case bad != nil:
		return nil, 0, bad
	case n < 0:
		return nil, 0, x.Graph().Fail(name, errors.New("a length is at least 1"), x)
	case n == 0 || n == size:
		return x, size, nil
	case n < size:
		return SliceAxis(x, -1, 0, n), n, nil
	}
	return Pad(x, tail(x, n-size)), n, nil
}

// tail is a padding behind the last axis of x alone.
func tail(x *graph.Node, n int) [][2]int {
	width := make([][2]int, x.Shape().Rank())
	width[len(width)-1] = [2]int{0, n}
	return width
}

func fourier(name string, re, im *graph.Node, sign float64) (yRe, yIm *graph.Node) {
	re, im = promote(floated(re), floated(im))
	if !ready(re, im) {
		bad := refuse(name, re, im)
		return bad, bad
	}
	n, _, bad := known(name, re, -1)
	if bad == nil && (n == 0 || !re.Shape().Equal(im.Shape())) {
		bad = re.Graph().Fail(name, errors.New("real and imaginary parts must have one shape and elements"), re, im)
	}
	if bad != nil {
		return bad, bad
	}
	return dft(re, im, n, sign)
}

// dft transforms the last axis, of n elements. With n = a b, the step of Cooley and Tukey (1965): transforms of a, factors
// of unit length, transforms of b.
func dft(re, im *graph.Node, n int, sign float64) (yRe, yIm *graph.Node) {
	a := factor(n)
	if a == n {
		return turned(re, im, n, sign)
	}
	b := n / a
	split := func(x *graph.Node) *graph.Node { return SwapAxes(splitLast(x, a, b), -1, -2) } // (..., b, a)
	re, im = turned(split(re), split(im), a, sign)
	c, s := circle(re, b, a, n, sign)
	re, im = Sub(Mul(re, c), Mul(im, s)), Add(Mul(re, s), Mul(im, c))
	re, im = dft(SwapAxes(re, -1, -2), SwapAxes(im, -1, -2), b, sign) // (..., a, b)
	join := func(x *graph.Node) *graph.Node { return MergeAxes(SwapAxes(x, -1, -2), x.Shape().Rank()-2, 2) }
	return join(re), join(im)
}

// factor is the factor of n that is transformed at once: a small one, or a prime.
func factor(n int) int {
	if n <= 16 {
		return n
	}
	for p := 16; p > 1; p-- {
		if n%p == 0 {
			return p
		}
	}
	for p := 17; p*p <= n; p++ {
		if n%p == 0 {
			return p
		}
	}
	return n
}

// splitLast makes two axes of a and b elements of the last one.
func splitLast(x *graph.Node, a, b int) *graph.Node {
	shape := x.Shape()
	dims := make([]int, len(shape)+1)
	unknown := 0
	for i, d := range shape[:len(shape)-1] {
		if dims[i] = d; d == graph.None {
			unknown++
		}
	}
	dims[len(dims)-2], dims[len(dims)-1] = a, b
	if unknown > 1 {
		like := Zeros(x.Graph(), graph.Shape{a, b}, x.Dtype())
		return SplitAxis(x, like, len(shape)-1, 0, 2)
	}
	return Reshape(x, dims...)
}

// turned is the transform of n elements by its matrix.
func turned(re, im *graph.Node, n int, sign float64) (yRe, yIm *graph.Node) {
	c, s := circle(re, n, n, n, sign)
	row := func(x, m *graph.Node) *graph.Node { // a vector is the row of a matrix
		if x.Shape().Rank() == 1 {
			return Squeeze(MatMul(ExpandDims(x, 0), m), 0)
		}
		return MatMul(x, m)
	}
	return Sub(row(re, c), row(im, s)), Add(row(re, s), row(im, c))
}

// circle are the matrices (rows, columns) of cos and sin of sign 2π ij/n.
func circle(like *graph.Node, rows, columns, n int, sign float64) (c, s *graph.Node) {
	at := func(f func(float64) float64) *graph.Node {
		v := vector(like.Graph(), like.Dtype(), rows*columns, func(k int) float64 {
			return f(sign * 2 * math.Pi * float64(k/columns*(k%columns)%n) / float64(n))
		})
		return Reshape(v, rows, columns)
	}
	return at(math.Cos), at(math.Sin)
}
