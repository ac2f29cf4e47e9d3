package ops

import (
	"fmt"
	"strings"

	"github.com/gorgonin/gorgonin/graph"
)

// Window says where a window stands over the spatial axes of a tensor with the channels last: output position o reads the
// input positions o*Strides - PadLo + tap*Dilation. Padding is "valid" (none), "same" (as many outputs as inputs, divided
// by the stride), "causal" (all of it in front) or "explicit" (PadLo and PadHi, which may be negative behind to leave positions
// out). Once sizes are known it is always explicit.
type Window struct {
	Strides, Dilation, PadLo, PadHi graph.Ints
	Padding                         string
}

// axes is the number of spatial axes.
func (w Window) axes() int { return len(w.Strides.Slice()) }

// check reports attributes that make no sense together.
func (w Window) check() error {
	s, d := w.Strides.Slice(), w.Dilation.Slice()
	if len(s) != len(d) {
		return fmt.Errorf("there are %d strides and %d dilation rates", len(s), len(d))
	}
	for i := range s {
		if s[i] < 1 || d[i] < 1 {
			return fmt.Errorf("strides %v and dilation rates %v: both are at least 1", s, d)
		}
	}
	switch w.Padding {
	case "valid", "same", "causal":
	case "explicit":
		if len(w.PadLo.Slice()) != len(s) || len(w.PadHi.Slice()) != len(s) {
			return fmt.Errorf("explicit padding is for %d axes, want %d", len(w.PadLo.Slice()), len(s))
		}
	default:
		return fmt.Errorf("there is no padding %q: use valid, same or causal", w.Padding)
	}
	return nil
}

// outSize is the number of positions over an axis of n elements for a window of k taps; None if one of them is.
func (w Window) outSize(axis, n, k int) (int, error) {
	if n == graph.None || k == graph.None {
		return graph.None, nil
	}
	s, reach := w.Strides.Slice()[axis], w.reach(axis, k)
	lo, hi := w.pads(axis, n, k)
	if room := n + lo + hi - reach; room >= 0 && n > 0 {
		return room/s + 1, nil
	}
	return 0, fmt.Errorf("a window of %d taps reaches over %d elements, more than the %d (with padding %s) of spatial axis %d", k, reach, n, w.Padding, axis)
}

// reach is the number of elements from the first to the last tap.
func (w Window) reach(axis, k int) int { return (k-1)*w.Dilation.Slice()[axis] + 1 }

// pads is the padding before and behind an axis of n elements, all known. "same" pads the odd element behind.
func (w Window) pads(axis, n, k int) (lo, hi int) {
	s, reach := w.Strides.Slice()[axis], w.reach(axis, k)
	switch w.Padding {
	case "same":
		total := max((n+s-1)/s*s-s+reach-n, 0)
		return total / 2, total - total/2
	case "causal":
		return reach - 1, 0
	case "explicit":
		return w.PadLo.Slice()[axis], w.PadHi.Slice()[axis]
	}
	return 0, 0
}

// bind makes the padding explicit for known sizes. The padding behind ends exactly with the last window, so that the size of any one
// of input, window and output follows from the other two.
func (w Window) bind(n, k []int) Window {
	strides := w.Strides.Slice()
	lo, hi := make([]int, len(n)), make([]int, len(n))
	for i := range n {
		lo[i], _ = w.pads(i, n[i], k[i])
		out, _ := w.outSize(i, n[i], k[i])
		hi[i] = (out-1)*strides[i] + w.reach(i, k[i]) - lo[i] - n[i]
	}
	return Window{w.Strides, w.Dilation, graph.MakeInts(lo...), graph.MakeInts(hi...), "explicit"}
}

// inSize inverts outSize for exact explicit padding.
func (w Window) inSize(axis, out, k int) int {
	if out == graph.None || k == graph.None {
		return graph.None
	}
	return (out-1)*w.Strides.Slice()[axis] + w.reach(axis, k) - w.PadLo.Slice()[axis] - w.PadHi.Slice()[axis]
}

// taps is the size of the window between an input and an output, for exact explicit padding.
func (w Window) taps(axis, n, out int) int {
	if n == graph.None || out == graph.None {
		return graph.None
	}
	reach := n + w.PadLo.Slice()[axis] + w.PadHi.Slice()[axis] - (out-1)*w.Strides.Slice()[axis]
	return (reach-1)/w.Dilation.Slice()[axis] + 1
}

// makeWindow spells out what a caller gave: one number for all axes, none for 1.
func makeWindow(axes int, strides, dilation []int, padding string) (Window, error) {
	s, err := perAxis("strides", axes, strides)
	if err != nil {
		return Window{}, err
	}
	d, err := perAxis("dilation rates", axes, dilation)
	if err != nil {
		return Window{}, err
	}
	if padding == "" {
		padding = "valid"
	}
	if padding == "explicit" {
		return Window{}, fmt.Errorf("padding is valid, same or causal: pad the input with Pad for other widths")
	}
	w := Window{Strides: graph.MakeInts(s...), Dilation: graph.MakeInts(d...), Padding: strings.ToLower(padding)}
	return w, w.check()
}

func perAxis(what string, axes int, v []int) ([]int, error) {
	out := make([]int, axes)
	for i := range out {
		switch len(v) {
		case 0:
			out[i] = 1
		case 1:
			out[i] = v[0]
		case axes:
			out[i] = v[i]
		default:
			return nil, fmt.Errorf("there are %d %s for %d spatial axes", len(v), what, axes)
		}
	}
	return out, nil
}

// channelsLast moves the channels of x behind its spatial axes and returns how to move them back in a result of the same rank.
func channelsLast(op, format string, x *graph.Node) (*graph.Node, func(*graph.Node) *graph.Node) {
	same := func(y *graph.Node) *graph.Node { return y }
	switch {
	case format == "" || format == "channels_last" || !ready(x):
		return x, same
	case format != "channels_first":
		return x.Graph().Fail(op, fmt.Errorf("there is no data format %q: use channels_last or channels_first", format), x), same
	}
	return MoveAxis(x, []int{1}, []int{-1}), func(y *graph.Node) *graph.Node { return MoveAxis(y, []int{-1}, []int{1}) }
}
