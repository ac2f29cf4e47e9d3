package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// convSum computes dw: its rows are taps and input channels, its sums run over the pixels of strips.
type convSum[T Number] struct {
	*convTiles[T]
	sweep
	n, groups int
	lines     []int // offset of each row of dw in a strip's input
	segments  []int // offset of each row of pixels
	strides   int   // bytes from pixel to pixel
	height    int   // rows of dw of a task
	blocks    int   // tasks for all rows
	parts     int   // of the strips, summed apart
}

// kernelGrad returns the loops of dw. The strips are cut into parts, each summed into memory of its own and added up in order.
func (c *convTiles[T]) kernelGrad() []par.Loop {
	p := &convSum[T]{convTiles: c, n: c.og, groups: c.conv.groups}
	p.sweep = sweep{in: c.in, out: c.out, k: c.size, step: c.stride, dil: c.dil, channels: c.cin, batch: c.batch}
	for a := range 3 {
		p.first[a] = -c.pad[a]
	}
	total := len(c.taps) * c.cg * c.cout
	p.prepare()
	if p.strips == 0 {
		return []par.Loop{{N: 1, Body: func(_, _, _ int) { clear(c.w[:total]) }}}
	}
	depth := c.cg
	if p.lanes {
		p.n, p.groups = c.cin, 1
	}
	size := p.tiles.size
	for _, tap := range p.tapOffsets(size, false) {
		for ch := range depth {
			p.lines = append(p.lines, tap+ch*size)
		}
	}
	p.segments, p.strides = p.outputRows(size), p.step[2]*p.px*size
	p.parts = max(1, min(2*tiledTasks, p.strips/2, (1<<22)/total))
	p.blocks = min((tiledTasks+p.parts-1)/p.parts, (len(p.lines)+23)/24)
	p.height = ((len(p.lines)+p.blocks-1)/p.blocks + 11) / 12 * 12
	p.blocks = (len(p.lines) + p.height - 1) / p.height
	return p.loops(total)
}

func (p *convSum[T]) loops(total int) []par.Loop {
	sums := p.w
	if p.parts > 1 {
		sums = make([]T, p.parts*total)
	}
	length := (p.strips + p.parts - 1) / p.parts
	loops := []par.Loop{{N: p.parts * p.blocks, Chunk: 1, Body: func(worker, lo, hi int) {
		w := &p.workers.get(worker, 1)[0]
		for t := lo; t < hi; t++ {
			part, line := t%p.parts, t/p.parts*p.height
			from := min(part*length, p.strips)
			p.task(w, sums[part*total:(part+1)*total], line, min(p.height, len(p.lines)-line), from, min(from+length, p.strips))
		}
	}}}
	if p.parts > 1 {
		loops = append(loops, addParts(p.w[:total], sums, p.parts, false))
	}
	return loops
}

// task sets rows [line, line+m) of dw to the sums over strips [from, to).
func (p *convSum[T]) task(w *tiler[T], dw []T, line, m, from, to int) {
	if from == to {
		clear(dw[line*p.cout : (line+m)*p.cout])
	}
	for i := from; i < to; i++ {
		s := p.strip(i)
		input := address(stripInputOf(&p.sweep, s, p.conv.x, &w.a))
		first := ((s.n*p.out[0]+s.z)*p.out[1] + s.y) * p.out[2]
		t := &w.t
		t[tileLdc], t[tileCsa], t[tileK] = uintptr(p.cout*p.tiles.size), uintptr(p.strides), uintptr(p.out[2])
		t[tileAccumulate] = boolWord(i > from)
		p.panels(w, dw[line*p.cout:], input, p.conv.y[first*p.cout:], line, m, s)
	}
}

// panels adds the products of one strip.
func (p *convSum[T]) panels(w *tiler[T], dw []T, input uintptr, dy []T, line, m int, s strip) {
	t, size := &w.t, p.tiles.size
	segments := p.segments[:s.images*s.rows]
	pack := m >= packRows && !p.lanes && p.cout > p.tiles.main*p.tiles.lanes
	t[tileOffs] = address(segments)
	t[tileOffsEnd] = t[tileOffs] + uintptr(len(segments))*8
	for g := range p.groups {
		for j := 0; j < p.n; {
			vecs, cols := 1, min(p.n-j, p.tiles.lanes)
			if !p.lanes {
				vecs, cols = p.tiles.panel(p.n-j, p.tiles.main)
			}
			b, ld := dy[g*p.n+j:], p.cout
			if pack {
				ld = vecs * p.tiles.lanes
				pixels := len(segments) * p.out[2]
				to := grow(&w.b, p.maxPixels*ld)
				packPanel(p.tiles, to, operand[T]{x: b, ld: p.cout}, pixels, cols, ld)
				b = to
			}
			t[tileB], t[tileLdb] = address(b), uintptr(ld*size)
			t[tileC], t[tileRows] = address(dw[g*p.n+j:]), address(p.lines[line:])
			if p.lanes {
				t[tileA] = input + uintptr(j*size)
				p.tiles.runLanes(t, m, cols)
			} else {
				t[tileA] = input + uintptr(g*p.cg*size)
				p.tiles.run(t, m, vecs, cols)
			}
			j += cols
		}
	}
}
