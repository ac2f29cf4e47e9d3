package kernels

import "github.com/gorgonin/gorgonin/internal/par"

// winogradSum computes the gradient to the kernel: 16 matrices of input by output channels, summed over tiles.
type winogradSum struct {
	*winograd
	dy     sweep // how tiles read the output's gradient
	plane2 int   // elements between the matrices of a strip's gradients
	matrix int   // elements between the sums
	sums   []float32
	parts  int // of the strips, summed apart
	blocks int // of input channels
	height int // channels of a block
}

func newWinogradSum(tiles *tileSet, c *conv[float32]) *winogradSum {
	w := newWinograd(tiles, c, c.in, c.out, [3]int{0, -c.pad[1], -c.pad[2]}, c.cin, winogradTiles((c.cin+c.cout)/2))
	p := &winogradSum{winograd: w, matrix: c.cin*c.cout + 16}
	p.dy = w.sweep
	p.dy.in, p.dy.first, p.dy.k, p.dy.channels = c.out, [3]int{}, [3]int{1, 1, 1}, c.cout
	p.dy.bordered = false
	p.dy.border()
	p.plane2 = w.maxPixels/4*c.cout + 16
	p.parts = max(1, min(tiledTasks, p.strips/8, (1<<22)/(16*p.matrix)))
	if p.parts == 1 && p.strips > 1 {
		p.parts = 2
	}
	p.blocks = max(1, min(tiledTasks/p.parts, c.cin/64))
	p.height = ((c.cin/8 + p.blocks - 1) / p.blocks) * 8
	p.blocks = (c.cin + p.height - 1) / p.height
	p.sums = make([]float32, p.parts*16*p.matrix)
	return p
}

// loops returns the loops of dw. Parts are added up in order.
func (p *winogradSum) loops() []par.Loop {
	length := (p.strips + p.parts - 1) / p.parts
	vecs := p.cin * p.cout / 8
	add := tableOf[float32]().vv("add")
	return []par.Loop{{N: p.parts * p.blocks, Chunk: 1, Body: func(worker, lo, hi int) {
		m := &p.workers.get(worker, 1)[0]
		for t := lo; t < hi; t++ {
			part, c := t%p.parts, t/p.parts*p.height
			from := min(part*length, p.strips)
			p.task(m, p.sums[part*16*p.matrix:][:16*p.matrix], c, min(p.height, p.cin-c), from, min(from+length, p.strips))
		}
	}}, {N: vecs, Chunk: chunkOf(8 * 16 * p.parts), Body: func(_, lo, hi int) {
		for e := range 16 {
			sum := p.sums[e*p.matrix+8*lo : e*p.matrix+8*hi]
			for part := 1; part < p.parts; part++ {
				add(sum, sum, p.sums[(part*16+e)*p.matrix+8*lo:][:len(sum)])
			}
		}
		tap := 4 * p.cin * p.cout
		p.kernelGrad(&p.w[8*lo], &p.sums[8*lo], tap, 3*tap, 4*p.matrix, 16*p.matrix, hi-lo)
	}}}
}

// task sets the sums of n input channels from c on to those over strips [from, to).
func (p *winogradSum) task(m *winogradWorker, sums []float32, c, n, from, to int) {
	if from == to {
		for e := range 16 {
			clear(sums[e*p.matrix+c*p.cout:][:n*p.cout])
		}
	}
	t := &m.t
	for i := from; i < to; i++ {
		s := p.sweep.strip(i)
		p.inputs(m, s, p.conv.x, c, n)
		p.gradients(m, s)
		t[tileLdc], t[tileRsa], t[tileCsa], t[tileLdb] = uintptr(4*p.cout), 4, uintptr(4*n), uintptr(4*p.cout)
		plain(t, s.images*s.rows*p.tw/2)
		t[tileAccumulate] = boolWord(i > from)
		for e := range 16 {
			for j := 0; j < p.cout; {
				vecs, cols := p.tiles.panel(p.cout-j, p.tiles.main)
				t[tileA], t[tileB] = address(m.v[e*p.plane:]), address(m.grad[e*p.plane2+j:])
				t[tileC] = address(sums[e*p.matrix+c*p.cout+j:])
				p.tiles.run(t, n, vecs, cols)
				j += cols
			}
		}
	}
}

// gradients transforms the output's gradients of a strip to 16 matrices of tiles by channels.
func (p *winogradSum) gradients(m *winogradWorker, s strip) {
	in := stripInputOf(&p.dy, s, p.conv.y, &m.out)
	m.grad = grow(&m.grad, 16*p.plane2)
	tile := 0
	for image := range s.images {
		for y := 0; y < s.rows; y += 2 {
			from := in[image*p.dy.image+y*p.dy.py:]
			p.grad(&m.grad[tile*p.cout], &from[0], 4*p.plane2, 16*p.plane2, 0, 4*p.cout, 4*p.dy.py, 4*p.cout, p.tw, p.cout/8)
			tile += p.tw
		}
	}
}
