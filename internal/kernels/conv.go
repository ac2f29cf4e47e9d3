package kernels

import (
	"fmt"

	"github.com/gorgonin/gorgonin/internal/par"
)

// Conv describes a convolution (without flipping, as in Keras) over one to three spatial axes, channels last:
//
//	x: (N, In..., C)   kernel: (K..., C/Groups, Out)   y: (N, OutSp..., Out)
//
// Output position o reads input positions o*Stride - PadLo + tap*Dilation; what lies outside is zero, so the padding behind
// follows from OutSp. Nil Stride and Dilation mean 1, nil PadLo 0, Groups 0 means 1. Output channels of one group are
// neighbours. With Groups == C it is a depthwise convolution.
type Conv struct {
	N, C, Out                             int
	In, K, OutSp, Stride, PadLo, Dilation []int
	Groups                                int
}

// conv is a Conv made ready: the window and the channels of a group.
type conv[T Number] struct {
	*window
	cin, cout, groups int
	cg, og            int // channels of a group
	x, w, y           []T
	end               *epilogue[T]
	table             *vecTable[T]
	tile              scratch[T]
	work              scratch[T]
}

func newConv[T Number](s Conv, x, w, y []T) (*conv[T], error) {
	win, err := newWindow("conv", s.N, s.In, s.K, s.OutSp, s.Stride, s.PadLo, s.Dilation)
	if err != nil {
		return nil, err
	}
	groups := max(1, s.Groups)
	if s.C < 1 || s.Out < 1 || s.C%groups != 0 || s.Out%groups != 0 {
		return nil, fmt.Errorf("kernels: conv: %d channels to %d in %d groups: groups must divide both", s.C, s.Out, groups)
	}
	c := &conv[T]{window: win, cin: s.C, cout: s.Out, groups: groups, cg: s.C / groups, og: s.Out / groups, x: x, w: w, y: y, table: tableOf[T]()}
	return c, firstError(need("conv", "x", len(x), win.inPix*s.C), need("conv", "y", len(y), win.outPix*s.Out),
		need("conv", "kernel", len(w), len(win.taps)*c.cg*s.Out))
}

// depthwise reports whether each group reads one channel, so that rows are multiplied elementwise.
func (c *conv[T]) depthwise() bool { return c.cg == 1 && c.groups > 1 }

// Rows (pixels) of a tile, and columns of the patches that are gathered at once.
const (
	convRows = 64
	convCols = 512
)

// ConvForward returns the loops of y = conv(x, kernel). It is an implicit product: patches of one tile at a time, never all.
func ConvForward[T Number](s Conv, y, x, kernel []T) ([]par.Loop, error) {
	return ConvForwardWith(s, y, x, kernel, nil)
}

// ConvForwardWith is ConvForward followed by an epilogue, which may be nil: rows are pixels, columns output channels.
func ConvForwardWith[T Number](s Conv, y, x, kernel []T, ep *Epilogue[T]) ([]par.Loop, error) {
	c, err := newConv(s, x, kernel, y)
	if err != nil {
		return nil, err
	}
	if c.product() {
		return MatMulWith(y, x, kernel, MatMulShape{M: c.outPix, N: c.cout, K: c.cin}, ep)
	}
	if c.end, err = newEpilogue(ep, c.cout); err != nil {
		return nil, err
	}
	switch tiles := tilesOf[T](); {
	case c.depthwise() && c.og == 1:
		return newDepthwise(c).loops(), nil
	case c.depthwise():
		return c.depthwiseForward(), nil
	case tiles != nil:
		if f, ok := winogradOf(tiles, c); ok {
			return newWinogradPass(tiles, f, false).loops(), nil
		}
		return newConvTiles(tiles, c).forward(), nil
	}
	return c.forward(), nil
}

// product reports whether the convolution is a product of matrices: pixels by input channels, these by output channels.
func (c *conv[T]) product() bool { return c.pointwise() && c.groups == 1 }

// forward returns the loops of tiles of pixels by output channels.
func (c *conv[T]) forward() []par.Loop {
	tiles := (c.outPix + convRows - 1) / convRows
	blocks := 1
	if tiles*c.groups < 8 { // few pixels: cut the output channels too
		blocks = (c.og + taskCols - 1) / taskCols
	}
	width := (c.og + blocks - 1) / blocks
	work := convRows * len(c.taps) * c.cg * width / 4
	return []par.Loop{{N: tiles * c.groups * blocks, Chunk: chunkOf(work), Body: func(worker, lo, hi int) {
		for t := lo; t < hi; t++ {
			r0, g, j := t/blocks/c.groups*convRows, t/blocks%c.groups, t%blocks*width
			c.forwardTile(worker, r0, min(convRows, c.outPix-r0), g, j, min(width, c.og-j))
		}
	}}}
}

// forwardTile computes output channels [j, j+n) of group g for the pixels [r0, r0+rows).
func (c *conv[T]) forwardTile(worker, r0, rows, g, j, n int) {
	if n <= 0 {
		return
	}
	work := c.work.get(worker, gemmWork)
	dst := c.y[r0*c.cout+g*c.og+j:]
	step := c.tapsAtOnce(convCols)
	for t := 0; t < len(c.taps); t += step {
		taps := min(step, len(c.taps)-t)
		k := taps * c.cg
		a := operand[T]{ld: k}
		if c.pointwise() {
			a = operand[T]{x: c.x[r0*c.cin+g*c.cg:], ld: c.cin}
		} else {
			a.x = c.tile.get(worker, convRows*k)
			c.patches(a.x, r0, rows, t, taps, g*c.cg, c.cg)
		}
		b := operand[T]{x: c.w[t*c.cg*c.cout+g*c.og+j:], ld: c.cout}
		c.table.gemm(dst, c.cout, a, b, rows, n, k, t > 0, work)
	}
	c.end.apply(worker, dst, c.cout, r0, g*c.og+j, rows, n)
}

// tapsAtOnce returns how many taps a patch of about cols columns covers: whole rows of the kernel where possible, because
// their pixels are neighbours.
func (c *conv[T]) tapsAtOnce(cols int) int {
	n := min(max(1, cols/c.cg), len(c.taps))
	if n > c.kx {
		n -= n % c.kx
	}
	return n
}

// patches writes, for the output pixels [r0, r0+rows), the channels [ch, ch+width) of the inputs of taps [t, t+taps).
func (c *conv[T]) patches(to []T, r0, rows, t, taps, ch, width int) {
	joined := width == c.cin && c.dilX == 1 && c.kx > 1 && t%c.kx == 0 && taps%c.kx == 0
	p := pixelAt(c.out, r0)
	for range rows {
		for i := 0; i < taps; i++ {
			first := c.input(p, t+i)
			if joined && i%c.kx == 0 && first >= 0 && c.input(p, t+i+c.kx-1) >= 0 {
				n := c.kx * width
				copy(to[:n], c.x[first*width:])
				to = to[n:]
				i += c.kx - 1
				continue
			}
			switch {
			case first < 0:
				clear(to[:width])
			case width == 1:
				to[0] = c.x[first*c.cin+ch]
			default:
				copy(to[:width], c.x[first*c.cin+ch:])
			}
			to = to[width:]
		}
		p.next(c.out)
	}
}

// depthwiseForward multiplies rows of channels: y[c*m+q] = sum over taps of x[c] w[tap][c*m+q], m outputs a channel.
func (c *conv[T]) depthwiseForward() []par.Loop {
	return []par.Loop{{N: c.outPix, Chunk: chunkOf(len(c.taps) * c.cout), Body: func(worker, lo, hi int) {
		p := pixelAt(c.out, lo)
		for r := lo; r < hi; r++ {
			y := c.y[r*c.cout:][:c.cout]
			clear(y)
			for t := range c.taps {
				if i := c.input(p, t); i >= 0 {
					mulAddRepeat(c.table, y, c.x[i*c.cin:][:c.cin], c.w[t*c.cout:][:c.cout])
				}
			}
			p.next(c.out)
		}
		c.end.apply(worker, c.y[lo*c.cout:], c.cout, lo, 0, hi-lo, c.cout)
	}}}
}

// mulAddRepeat is y[i] += x[i/m]*w[i], where m = len(y)/len(x).
func mulAddRepeat[T Number](t *vecTable[T], y, x, w []T) {
	m := len(y) / len(x)
	if m == 1 {
		t.mulAdd(y, x, w)
		return
	}
	for _, v := range x {
		for i := range m {
			y[i] += v * w[i]
		}
		y, w = y[m:], w[m:]
	}
}
