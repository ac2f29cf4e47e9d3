package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// ConvInputGrad returns the loops of dx, the gradient to x given dy: each input pixel gathers from the output pixels that read
// it. It is also Keras's transposed convolution: dy is then its input, dx its output and kernel (K..., out, in).
func ConvInputGrad[T Number](s Conv, dx, dy, kernel []T) ([]par.Loop, error) {
	c, err := newConv(s, dx, kernel, dy)
	if err != nil {
		return nil, err
	}
	if c.product() {
		return MatMul(dx, dy, kernel, MatMulShape{M: c.inPix, N: c.cin, K: c.cout, TransB: true})
	}
	if c.depthwise() && c.og == 1 && c.stride == [3]int{1, 1, 1} {
		return newDepthwiseGrad(c).loops(), nil
	}
	if tiles := tilesOf[T](); tiles != nil && (!c.depthwise() || c.og == 1) && c.phased() {
		if f, ok := winogradOf(tiles, c); ok {
			return newWinogradPass(tiles, f, true).loops(), nil
		}
		return newConvTiles(tiles, c).inputGrad(), nil
	}
	if c.depthwise() {
		return c.depthwiseInput(), nil
	}
	tiles := (c.inPix + convRows - 1) / convRows
	work := convRows * len(c.taps) * c.cg * c.og / 4
	var rows scratch[int32]
	return []par.Loop{{N: tiles * c.groups, Chunk: chunkOf(work), Body: func(worker, lo, hi int) {
		at := rows.get(worker, 2*convRows)
		for t := lo; t < hi; t++ {
			r0 := t / c.groups * convRows
			c.inputTile(worker, at, r0, min(convRows, c.inPix-r0), t%c.groups)
		}
	}}}, nil
}

// inputTile computes dx for group g of the input pixels [r0, r0+rows): for each tap, the pixels that it serves become the rows
// of a product with the tap's matrix, transposed. at is memory for 2*convRows indices.
func (c *conv[T]) inputTile(worker int, at []int32, r0, rows, g int) {
	work := c.work.get(worker, gemmWork)
	memory := c.tile.get(worker, convRows*(c.og+c.cg))
	from, sums := memory[:convRows*c.og], memory[convRows*c.og:]
	dx := c.x[r0*c.cin+g*c.cg:]
	add := c.table.vv("add")
	for r := range rows {
		clear(dx[r*c.cin:][:c.cg])
	}
	for t := range c.taps {
		n := 0
		p := pixelAt(c.in, r0)
		for r := range rows {
			if o := c.output(p, t); o >= 0 {
				at[2*n], at[2*n+1] = int32(r), int32(o)
				n++
			}
			p.next(c.in)
		}
		if n == 0 {
			continue
		}
		for i := range n {
			o := int(at[2*i+1])
			copy(from[i*c.og:][:c.og], c.y[o*c.cout+g*c.og:])
		}
		a := operand[T]{x: from, ld: c.og}
		b := operand[T]{x: c.w[t*c.cg*c.cout+g*c.og:], ld: c.cout, trans: true}
		if n == rows {
			c.table.gemm(dx, c.cin, a, b, n, c.cg, c.og, true, work)
			continue
		}
		c.table.gemm(sums, c.cg, a, b, n, c.cg, c.og, false, work)
		for i := range n {
			row := dx[int(at[2*i])*c.cin:][:c.cg]
			add(row, row, sums[i*c.cg:][:c.cg])
		}
	}
}

// depthwiseInput is dx[c] = sum over taps and q of dy[c*m+q] w[tap][c*m+q].
func (c *conv[T]) depthwiseInput() []par.Loop {
	return []par.Loop{{N: c.inPix, Chunk: chunkOf(len(c.taps) * c.cout), Body: func(_, lo, hi int) {
		p := pixelAt(c.in, lo)
		for r := lo; r < hi; r++ {
			dx := c.x[r*c.cin:][:c.cin]
			clear(dx)
			for t := range c.taps {
				o := c.output(p, t)
				if o < 0 {
					continue
				}
				dy, w := c.y[o*c.cout:][:c.cout], c.w[t*c.cout:][:c.cout]
				if c.og == 1 {
					c.table.mulAdd(dx, dy, w)
					continue
				}
				for i := range dx {
					dx[i] += c.table.dot(dy[i*c.og:][:c.og], w[i*c.og:][:c.og])
				}
			}
			p.next(c.in)
		}
	}}}
}

// ConvKernelGrad returns the loops of dw, the gradient to the kernel given dy: patches of x, transposed, times dy. The sum over
// pixels is cut into parts where the kernel alone has too few blocks to share out; parts are added in order.
func ConvKernelGrad[T Number](s Conv, dw, x, dy []T) ([]par.Loop, error) {
	c, err := newConv(s, x, dw, dy)
	if err != nil {
		return nil, err
	}
	if c.product() {
		return MatMul(dw, x, dy, MatMulShape{M: c.cin, N: c.cout, K: c.outPix, TransA: true})
	}
	if tiles := tilesOf[T](); tiles != nil && (!c.depthwise() || c.og == 1) {
		if f, ok := winogradOf(tiles, c); ok {
			return newWinogradSum(tiles, f).loops(), nil
		}
		return newConvTiles(tiles, c).kernelGrad(), nil
	}
	n := len(c.taps) * c.cg * c.cout
	if c.depthwise() {
		return c.kernelParts(n, len(c.taps), c.depthwiseKernel), nil
	}
	// A block of dw is some taps with all channels of a group, or one tap with some of them.
	taps := c.tapsAtOnce(kernelCols)
	chans := min(c.cg, kernelCols)
	tapBlocks, chanBlocks := (len(c.taps)+taps-1)/taps, (c.cg+chans-1)/chans
	return c.kernelParts(n, c.groups*tapBlocks*chanBlocks, func(worker, task, r0, r1 int, dw []T) {
		ch := task % chanBlocks * chans
		task /= chanBlocks
		t := task % tapBlocks * taps
		c.kernelBlock(worker, dw, r0, r1, task/tapBlocks, t, min(taps, len(c.taps)-t), ch, min(chans, c.cg-ch))
	}), nil
}

// Rows and columns of the patches that the kernel gradient gathers.
const (
	kernelRows = 128
	kernelCols = 128
)

// kernelParts returns the loops that run tasks, each over some parts of the output pixels, and add the parts up.
func (c *conv[T]) kernelParts(n, tasks int, task func(worker, task, r0, r1 int, dw []T)) []par.Loop {
	parts := min(max(1, 16/tasks), max(1, c.outPix/512), max(1, (1<<24)/n))
	length := (c.outPix + parts - 1) / parts
	sums := c.w
	if parts > 1 {
		sums = make([]T, parts*n)
	}
	loops := []par.Loop{{N: tasks * parts, Chunk: 1, Body: func(worker, lo, hi int) {
		for t := lo; t < hi; t++ {
			part := t % parts
			r0 := min(part*length, c.outPix)
			task(worker, t/parts, r0, min(r0+length, c.outPix), sums[part*n:(part+1)*n])
		}
	}}}
	if parts > 1 {
		loops = append(loops, addParts(c.w[:n], sums, parts, false))
	}
	return loops
}

// kernelBlock sets the block (group g, taps [t, t+taps), channels [ch, ch+width)) of dw to its sum over the pixels [r0, r1).
func (c *conv[T]) kernelBlock(worker int, dw []T, r0, r1, g, t, taps, ch, width int) {
	k := taps * width
	work := c.work.get(worker, gemmWork)
	tile := c.tile.get(worker, kernelRows*k)
	dst := dw[(t*c.cg+ch)*c.cout+g*c.og:]
	c.table.gemm(dst, c.cout, operand[T]{}, operand[T]{}, k, c.og, 0, false, work) // an empty sum clears the block
	for r := r0; r < r1; r += kernelRows {
		rows := min(kernelRows, r1-r)
		a := operand[T]{x: tile, ld: k, trans: true}
		if c.pointwise() {
			a.x, a.ld = c.x[r*c.cin+g*c.cg+ch:], c.cin
		} else {
			c.patches(tile, r, rows, t, taps, g*c.cg+ch, width)
		}
		b := operand[T]{x: c.y[r*c.cout+g*c.og:], ld: c.cout}
		c.table.gemm(dst, c.cout, a, b, k, c.og, rows, true, work)
	}
}

// depthwiseKernel sets tap t of dw to the sum of x[c] dy[c*m+q] over the pixels [r0, r1).
func (c *conv[T]) depthwiseKernel(_, t, r0, r1 int, dw []T) {
	dst := dw[t*c.cout:][:c.cout]
	clear(dst)
	p := pixelAt(c.out, r0)
	for r := r0; r < r1; r++ {
		if i := c.input(p, t); i >= 0 {
			mulAddRepeat(c.table, dst, c.x[i*c.cin:][:c.cin], c.y[r*c.cout:][:c.cout])
		}
		p.next(c.out)
	}
}
