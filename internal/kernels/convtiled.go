package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// convTiles computes a convolution and its gradients on micro-kernels. Patches are read in place, see sweep; the kernel is first
// copied into panels, which all pixels share.
type convTiles[T Number] struct {
	*conv[T]
	tiles   *tileSet
	lanes   bool // depthwise
	workers scratch[tiler[T]]
}

func newConvTiles[T Number](tiles *tileSet, c *conv[T]) *convTiles[T] {
	return &convTiles[T]{conv: c, tiles: tiles, lanes: c.depthwise()}
}

// convPass is one pass over output pixels: all of them, or those of one phase of a strided gradient.
type convPass[T Number] struct {
	*convTiles[T]
	sweep
	src, dst []T
	// Output pixel (n, z, y, x) is at dst[base + n*to[0] + z*to[1] + y*to[2] + x*to[3]].
	base     int
	to       [4]int
	depth, n int // channels that a group reads and writes
	groups   int
	// transposed says that the kernel's output channels are what the pass reads.
	transposed bool
	steps      int // of a segment
	segments   []int
	pixels     []int
	panels     []convPanel
	packed     []T
	part       int // segments that are summed at once
	blocks     int // of panels, where strips alone are too few
	end        *epilogue[T]
}

// convPanel is some output channels of a group, and where its packed kernel starts.
type convPanel struct{ group, j, vecs, cols, at int }

// forward returns the loops of y = conv(x, w).
func (c *convTiles[T]) forward() []par.Loop {
	p := &convPass[T]{convTiles: c, src: c.x, dst: c.y, depth: c.cg, n: c.og, end: c.end}
	p.sweep = sweep{in: c.in, out: c.out, k: c.size, step: c.stride, dil: c.dil, channels: c.cin, batch: c.batch}
	for a := range 3 {
		p.first[a] = -c.pad[a]
	}
	pix := c.cout
	p.to = [4]int{c.out[0] * c.out[1] * c.out[2] * pix, c.out[1] * c.out[2] * pix, c.out[2] * pix, pix}
	return p.loops(func(tap int) int { return tap })
}

// inputGrad returns the loops of dx, a convolution of dy with the taps reversed, one for each phase of the stride.
func (c *convTiles[T]) inputGrad() []par.Loop {
	var loops []par.Loop
	for phase := range c.stride[0] * c.stride[1] * c.stride[2] {
		at := [3]int{phase / c.stride[2] / c.stride[1], phase / c.stride[2] % c.stride[1], phase % c.stride[2]}
		loops = append(loops, c.phase(at)...)
	}
	return loops
}

// phased reports whether the taps that reach an input pixel are evenly spaced: no axis has both strides and dilation.
func (c *conv[T]) phased() bool {
	for a := range 3 {
		if c.stride[a] > 1 && c.dil[a] > 1 {
			return false
		}
	}
	return true
}

// phase returns the loops of the pixels q*stride + at of dx. Along an axis, tap t of dy's pixel o reaches o*stride - pad + t*dil,
// so the taps are those with t*dil ≡ at+pad (mod stride), and o = q + (at+pad-t*dil)/stride.
func (c *convTiles[T]) phase(at [3]int) []par.Loop {
	p := &convPass[T]{convTiles: c, src: c.y, dst: c.x, depth: c.og, n: c.cg, transposed: !c.lanes}
	p.sweep = sweep{in: c.out, step: [3]int{1, 1, 1}, channels: c.cout, batch: c.batch}
	var last [3]int // the highest tap along each axis, which comes first
	for a := range 3 {
		s := c.stride[a]
		p.out[a], p.dil[a] = max(0, (c.in[a]-at[a]+s-1)/s), c.dil[a]
		for t := range c.size[a] {
			if (at[a]+c.pad[a]-t*c.dil[a])%s == 0 {
				p.k[a]++
				last[a] = t
			}
		}
		p.first[a] = (at[a] + c.pad[a] - last[a]*c.dil[a]) / s
	}
	x := c.cin
	y := c.in[2] * x
	z := c.in[1] * y
	p.to = [4]int{c.in[0] * z, z * c.stride[0], y * c.stride[1], x * c.stride[2]}
	p.base = at[0]*z + at[1]*y + at[2]*x
	return p.loops(func(tap int) int {
		tx, ty, tz := tap%p.k[2], tap/p.k[2]%p.k[1], tap/p.k[2]/p.k[1]
		return ((last[0]-tz*c.stride[0])*c.size[1]+last[1]-ty*c.stride[1])*c.size[2] + last[2] - tx*c.stride[2]
	})
}

// loops returns the copy of the kernel and the pass itself. tapOf maps a tap of the sweep to one of the kernel.
func (p *convPass[T]) loops(tapOf func(tap int) int) []par.Loop {
	p.prepare()
	if p.strips == 0 {
		return p.zeros()
	}
	size := p.tiles.size
	p.groups = p.conv.groups
	p.steps = p.depth
	if p.lanes {
		p.groups, p.n = 1, p.cin
	}
	whole := p.lanes || p.groups == 1 && p.dil[2] == 1 && p.k[2]*p.depth <= 2*p.tiles.steps
	if whole {
		p.steps *= p.k[2]
	}
	p.segments, p.pixels = p.tapOffsets(size, whole), p.outputPixels(size)
	parts := max(1, (len(p.segments)*p.steps+p.tiles.steps)/(p.tiles.steps*3/2))
	p.part = (len(p.segments) + parts - 1) / parts
	p.plan()
	work := p.maxPixels * len(p.segments) * p.steps * p.n * p.groups / max(1, p.blocks)
	return []par.Loop{p.pack(tapOf), {N: p.strips * p.blocks, Chunk: max(1, taskWork/2/max(1, work)), Body: func(worker, lo, hi int) {
		w := &p.workers.get(worker, 1)[0]
		for t := lo; t < hi; t++ {
			panels := (len(p.panels) + p.blocks - 1) / p.blocks
			from := min(t%p.blocks*panels, len(p.panels))
			p.strip(worker, w, p.sweep.strip(t/p.blocks), p.panels[from:min(from+panels, len(p.panels))])
		}
	}}}
}

// plan cuts the output channels into panels and, if there are few strips, the panels into blocks.
func (p *convPass[T]) plan() {
	k, at := len(p.segments)*p.steps, 0
	for g := range p.groups {
		for j := 0; j < p.n; {
			vecs, cols := 1, min(p.n-j, p.tiles.lanes)
			if !p.lanes {
				vecs, cols = p.tiles.panel(p.n-j, p.tiles.main)
			}
			p.panels = append(p.panels, convPanel{g, j, vecs, cols, at})
			j += cols
			at += k * vecs * p.tiles.lanes
		}
	}
	p.packed = make([]T, at)
	p.blocks = min((tiledTasks+p.strips-1)/p.strips, len(p.panels))
}

// zeros returns the loops of pixels that no tap reaches.
func (p *convPass[T]) zeros() []par.Loop {
	rows := p.batch * p.out[0] * p.out[1]
	if rows*p.out[2] == 0 {
		return nil
	}
	return []par.Loop{{N: rows, Chunk: chunkOf(p.out[2] * p.to[3]), Body: func(_, lo, hi int) {
		for r := lo; r < hi; r++ {
			y, z, n := r%p.out[1], r/p.out[1]%p.out[0], r/p.out[1]/p.out[0]
			row := p.dst[p.base+n*p.to[0]+z*p.to[1]+y*p.to[2]:]
			for x := range p.out[2] {
				clear(row[x*p.to[3]:][:p.n*p.conv.groups])
			}
		}
	}}}
}

// pack returns the loop that copies the kernel into panels, tap by tap; the gradient's are transposed.
func (p *convPass[T]) pack(tapOf func(tap int) int) par.Loop {
	taps := p.k[0] * p.k[1] * p.k[2]
	return par.Loop{N: len(p.panels), Chunk: chunkOf(len(p.packed) / max(1, len(p.panels))), Body: func(_, lo, hi int) {
		for _, panel := range p.panels[lo:hi] {
			ld := panel.vecs * p.tiles.lanes
			for tap := range taps {
				to := p.packed[panel.at+tap*p.depth*ld:]
				w := operand[T]{x: p.w[tapOf(tap)*p.cg*p.cout+panel.group*p.og:], ld: p.cout, trans: p.transposed}
				packPanel(p.tiles, to, w.from(0, panel.j), p.depth, panel.cols, ld)
			}
		}
	}}
}

// strip computes some panels of a strip.
func (p *convPass[T]) strip(worker int, w *tiler[T], s strip, panels []convPanel) {
	if len(panels) == 0 {
		return
	}
	size := uintptr(p.tiles.size)
	input := address(stripInputOf(&p.sweep, s, p.src, &w.a))
	t := &w.t
	t[tileCsa], t[tileLdc] = size, uintptr(p.to[3])*size
	if p.lanes {
		t[tileCsa] = uintptr(p.dil[2]*p.px) * size
	}
	t[tileK] = uintptr(p.steps)
	for from := 0; from < len(p.segments); from += p.part {
		offs := p.segments[from:min(from+p.part, len(p.segments))]
		t[tileOffs] = address(offs)
		t[tileOffsEnd] = t[tileOffs] + uintptr(len(offs))*8
		t[tileAccumulate] = boolWord(from > 0)
		end := p.end
		if from+len(offs) < len(p.segments) {
			end = nil
		}
		t[tileRelu], t[tileBias] = boolWord(end != nil && end.Relu), 0
		for i := range panels {
			panel := &panels[i]
			if end != nil && end.Bias != nil {
				t[tileBias] = address(end.Bias[panel.group*p.n+panel.j:])
			}
			ld := panel.vecs * p.tiles.lanes
			t[tileLdb] = uintptr(ld) * size
			t[tileB] = address(p.packed[panel.at+from*p.steps*ld:])
			a := input + uintptr(panel.group*p.depth)*size
			if p.lanes {
				a = input + uintptr(panel.j)*size
			}
			p.panel(t, s, panel, a)
		}
	}
	first, last := &panels[0], &panels[len(panels)-1]
	col := first.group*p.n + first.j
	row := ((s.n*p.out[0]+s.z)*p.out[1] + s.y) * p.out[2]
	p.end.done(worker, row, col, s.images*s.rows*p.out[2], last.group*p.n+last.j+last.cols-col)
}

// panel computes the pixels of a strip: at once if they follow one another, otherwise row by row.
func (p *convPass[T]) panel(t *block, s strip, panel *convPanel, a uintptr) {
	dst := p.base + s.n*p.to[0] + s.z*p.to[1] + s.y*p.to[2] + panel.group*p.n + panel.j
	rows, width := s.images*s.rows, p.out[2]
	joined := p.to[2] == width*p.to[3] && (s.images == 1 || p.to[0] == p.out[1]*p.to[2])
	if joined {
		rows, width = 1, rows*width
	}
	for r := range rows {
		t[tileA], t[tileRows] = a, address(p.pixels[r*width:])
		t[tileC] = address(p.dst[dst+r/s.rows*p.to[0]+r%s.rows*p.to[2]:])
		if p.lanes {
			p.tiles.runLanes(t, width, panel.cols)
		} else {
			p.tiles.run(t, width, panel.vecs, panel.cols)
		}
	}
}
