package kernels

import (
	"github.com/gorgonin/gorgonin/internal/par"
)

// depthwise is a convolution of each channel by itself, or the gradient to its input for strides of 1, which is one with the
// taps turned around.
type depthwise[T Number] struct {
	*windowRows
	src, dst, w []T
	channels    int
	end         *epilogue[T]
	bias        []T
	floor       T
	do          func(y, x []T, r depthRun[T])
}

// depthRun is some pixels of a row that read the same taps.
type depthRun[T Number] struct {
	taps, weights  []int // of each tap: elements from what the first pixel reads first; where its weights begin
	pixels         int
	step, channels int // elements from pixel to pixel of x, and of y
	w, bias        []T
	floor          T
}

func newDepthwise[T Number](c *conv[T]) *depthwise[T] {
	d := &depthwise[T]{src: c.x, dst: c.y, w: c.w, channels: c.cin, end: c.end, do: depthRowOf[T]()}
	d.bias, d.floor = make([]T, d.channels), lowest[T]()
	if d.end != nil {
		if d.end.Bias != nil {
			d.bias = d.end.Bias
		}
		if d.end.Relu {
			d.floor = 0
		}
	}
	d.plan(c.window, func(tap int) int { return tap })
	return d
}

func newDepthwiseGrad[T Number](c *conv[T]) *depthwise[T] {
	d := newDepthwise(c)
	d.src, d.dst = c.y, c.x
	w := *c.window
	w.in, w.out, w.inPix, w.outPix = c.out, c.in, c.outPix, c.inPix
	for a := range 3 {
		w.pad[a] = (w.size[a]-1)*w.dil[a] - w.pad[a]
	}
	d.plan(&w, func(tap int) int { return len(c.taps) - 1 - tap })
	return d
}

// plan finds the runs of a window. tapOf maps its taps to those of the kernel.
func (d *depthwise[T]) plan(w *window, tapOf func(tap int) int) {
	d.windowRows = newWindowRows(w, d.channels)
	done := map[*windowRun]bool{}
	for _, row := range d.runs {
		for i := range row {
			if done[&row[i]] { // rows share runs
				continue
			}
			done[&row[i]] = true
			for t, tap := range row[i].which {
				row[i].which[t] = tapOf(tap) * d.channels
			}
		}
	}
}

func (d *depthwise[T]) loops() []par.Loop {
	work := d.out[2] * d.channels * len(d.taps) / 4
	return []par.Loop{{N: d.batch * len(d.runs), Chunk: chunkOf(work), Body: func(worker, lo, hi int) {
		for i := lo; i < hi; i++ {
			runs, origin := d.row(i)
			for _, r := range runs {
				from := 0
				if len(r.taps) > 0 {
					from = (origin + r.first) * d.channels
				}
				d.do(d.dst[(i*d.out[2]+r.x)*d.channels:], d.src[from:],
					depthRun[T]{r.taps, r.which, r.pixels, d.stride[2] * d.channels, d.channels, d.w, d.bias, d.floor})
			}
			d.end.done(worker, i*d.out[2], 0, d.out[2], d.channels)
		}
	}}}
}

// depthRow32 is set where the processor has better.
var depthRow32 func(y, x []float32, r depthRun[float32])

// depthRowOf returns the function of a row; see Build.
func depthRowOf[T Number]() func(y, x []T, r depthRun[T]) {
	if f, ok := any(depthRow32).(func(y, x []T, r depthRun[T])); ok && f != nil && !portable {
		return f
	}
	return func(y, x []T, r depthRun[T]) { depthRow(y, x, r, 0) }
}

// depthRow computes the channels from c on.
func depthRow[T Number](y, x []T, r depthRun[T], c int) {
	for p := range r.pixels {
		x, y := x[min(p*r.step, len(x)):], y[p*r.channels:][:r.channels]
		for i := c; i < r.channels; i++ {
			sum := T(0)
			for t, tap := range r.taps {
				sum += x[tap+i] * r.w[r.weights[t]+i]
			}
			y[i] = max(sum+r.bias[i], r.floor)
		}
	}
}
