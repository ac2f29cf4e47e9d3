package targets

import (
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/conform/cases"
	"github.com/gorgonin/gorgonin/ops"
)

// fourier are the functions of keras.ops that transform signals.
var fourier = map[string]opFunc{
	"fft": complexes(ops.FFT), "fft2": complexes(ops.FFT2), "ifft2": complexes(ops.IFFT2),
	"rfft":  two(func(c *call) (re, im *graph.Node) { return ops.RFFT(c.node("x"), c.Int("fft_length", 0)) }),
	"irfft": one(func(c *call) *graph.Node { x := c.parts(); return ops.IRFFT(x[0], x[1], c.Int("fft_length", 0)) }),
	"stft":  two(func(c *call) (re, im *graph.Node) { return ops.STFT(c.node("x"), c.stft()) }),
	"istft": one(func(c *call) *graph.Node { x := c.parts(); return ops.ISTFT(x[0], x[1], c.stft()) }),
}

func complexes(f func(re, im *graph.Node) (a, b *graph.Node)) opFunc {
	return two(func(c *call) (re, im *graph.Node) { x := c.parts(); return f(x[0], x[1]) })
}

// parts are the real and the imaginary part of x.
func (c *call) parts() graph.Nodes {
	x := c.nodes("x")
	if len(x) != 2 {
		bad := c.unsupported("x of %s is not a pair", c.name)
		return graph.Nodes{bad, bad}
	}
	return x
}

func (c *call) stft() ops.STFTOptions {
	o := ops.STFTOptions{
		SequenceLength: c.Int("sequence_length", 0), SequenceStride: c.Int("sequence_stride", 0), FFTLength: c.Int("fft_length", 0),
		NoCenter: !c.Bool("center", true), Length: c.Int("length", 0),
	}
	switch v := c.Get("window"); {
	case v.Kind() == cases.String:
		o.Window = c.Str("window", "")
	case v != nil && v.IsNull():
		o.Window = "ones"
	case v != nil:
		o.WindowValues = c.node("window")
	}
	return o
}
