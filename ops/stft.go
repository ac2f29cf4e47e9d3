package ops

import (
	"fmt"
	"math"

	"github.com/gorgonin/gorgonin/graph"
)

// STFTOptions are the settings of [STFT] and [ISTFT].
type STFTOptions struct {
	// SequenceLength is the number of elements in a frame.
	SequenceLength int
	// SequenceStride is the number of elements from one frame to the next.
	SequenceStride int
	// FFTLength is the size of the transforms, at least SequenceLength; frames are padded on both sides.
	FFTLength int
	// Window is what frames are multiplied with: "hann" (the default), "hamming", or "ones".
	Window string
	// WindowValues: (SequenceLength,) are used instead of Window.
	WindowValues *graph.Node
	// NoCenter begins the first frame at the first element, not half a frame before it.
	NoCenter bool
	// Length of the result of ISTFT; what the frames cover by default.
	Length int
}

// STFT is the short-time Fourier transform of x: (..., steps): [RFFT] of overlapping frames, real and imaginary parts
// (..., frames, FFTLength/2 + 1). The number of steps must be known. https://keras.io/api/ops/fft/#stft-function
func STFT(x *graph.Node, o STFTOptions) (re, im *graph.Node) {
	const name = "stft"
	x = floated(x)
	if bad := o.check(name, x); bad != nil {
		return bad, bad
	}
	if _, _, bad := known(name, x, -1); bad != nil {
		return bad, bad
	}
	if !o.NoCenter {
		width := tail(x, o.FFTLength/2)
		width[len(width)-1][0] = o.FFTLength / 2
		x = PadMirror(x, width, "reflect")
	}
	return RFFT(Mul(windows(name, x, o.FFTLength, o.SequenceStride), o.window(x)), 0)
}

// ISTFT is the inverse of [STFT] of frames re + i im: (..., frames, FFTLength/2 + 1): overlapping frames are added up and
// divided by the sum of the squared windows, which with NoCenter is that of endlessly many frames (Griffin and Lim, 1984). As in
// Keras nothing is divided if the window is "ones". The number of frames must be known. https://keras.io/api/ops/fft/#istft-function
func ISTFT(re, im *graph.Node, o STFTOptions) *graph.Node {
	const name = "istft"
	re, im = promote(floated(re), floated(im))
	if bad := o.check(name, re, im); bad != nil {
		return bad
	}
	if re.Shape().Rank() < 2 {
		return re.Graph().Fail(name, fmt.Errorf("frames of shape %v: want (..., frames, bins)", re.Shape()), re)
	}
	frames, _, bad := known(name, re, -2)
	if bad != nil {
		return bad
	}
	w := o.window(re)
	size := o.FFTLength + o.SequenceStride*(frames-1)
	x := overlapAdd(Mul(IRFFT(re, im, o.FFTLength), w), frames, size, o)
	if o.Window != "ones" || o.WindowValues != nil {
		norm := o.norm(w, frames, size)
		x = Div(x, Where(Greater(norm, 1e-10), norm, 1.0))
	}
	start, stop := 0, size
	if !o.NoCenter {
		start, stop = o.FFTLength/2, size-o.FFTLength/2
	}
	if o.Length > 0 {
		stop = start + o.Length
	}
	return SliceAxis(x, -1, start, stop)
}

// norm is the sum of the squares of the windows w: (FFTLength,) at each of size places.
func (o STFTOptions) norm(w *graph.Node, frames, size int) *graph.Node {
	square := Square(w)
	if !o.NoCenter {
		return overlapAdd(BroadcastTo(square, frames, o.FFTLength), frames, size, o)
	}
	blocks := (o.FFTLength + o.SequenceStride - 1) / o.SequenceStride
	period := Sum(Reshape(Pad(square, [][2]int{{0, blocks*o.SequenceStride - o.FFTLength}}), blocks, o.SequenceStride), 0)
	return SliceAxis(Tile(period, blocks+frames-1), 0, 0, size)
}

func (o STFTOptions) check(name string, x ...*graph.Node) *graph.Node {
	if !ready(x...) {
		return refuse(name, x...)
	}
	if o.SequenceLength < 1 || o.SequenceStride < 1 || o.FFTLength < o.SequenceLength {
		return x[0].Graph().Fail(name, fmt.Errorf("frames of %d elements every %d in transforms of %d: want at least 1, and transforms no shorter than frames",
			o.SequenceLength, o.SequenceStride, o.FFTLength), x...)
	}
	if o.Window != "" && o.Window != "hann" && o.Window != "hamming" && o.Window != "ones" {
		return x[0].Graph().Fail(name, fmt.Errorf("there is no window %q: use hann, hamming, ones or WindowValues", o.Window), x...)
	}
	return nil
}

// window is the window with zeros on both sides, FFTLength elements. It is periodic: its last element would be followed by
// its first.
func (o STFTOptions) window(like *graph.Node) *graph.Node {
	left := (o.FFTLength - o.SequenceLength) / 2
	sides := [][2]int{{left, o.FFTLength - o.SequenceLength - left}}
	if o.WindowValues != nil {
		return Pad(Cast(o.WindowValues, like.Dtype()), sides)
	}
	if o.Window == "ones" {
		return Ones(like.Graph(), graph.Shape{o.FFTLength}, like.Dtype())
	}
	a := 0.5
	if o.Window == "hamming" {
		a = 0.54
	}
	return Pad(vector(like.Graph(), like.Dtype(), o.SequenceLength, func(i int) float64 {
		return a - (1-a)*math.Cos(2*math.Pi*float64(i)/float64(o.SequenceLength))
	}), sides)
}

// overlapAdd adds up frames: (..., frames, length) at their places: (..., size).
func overlapAdd(x *graph.Node, frames, size int, o STFTOptions) *graph.Node {
	blocks := (o.FFTLength + o.SequenceStride - 1) / o.SequenceStride // of a stride each, to which a frame is filled up
	x = Pad(x, tail(x, blocks*o.SequenceStride-o.FFTLength))
	x = splitLast(x, blocks, o.SequenceStride) // (..., frames, blocks, stride)
	rank := x.Shape().Rank()
	var sum *graph.Node
	for b := range blocks { // block b of frame f belongs to place f + b
		part := Squeeze(SliceAxis(x, -2, b, b+1), -2)
		width := make([][2]int, rank-1)
		width[rank-3] = [2]int{b, blocks - 1 - b}
		if part = Pad(part, width); sum == nil {
			sum = part
		} else {
			sum = Add(sum, part)
		}
	}
	return SliceAxis(MergeAxes(sum, rank-3, 2), -1, 0, size)
}
