package kernels

import (
	"math"

	"github.com/gorgonin/gorgonin/internal/par"
)

// winogradTransforms are the steps of Winograd's convolution around its products: F(2x2, 3x3) of Lavin and Gray, 2015. A tile
// of 2x2 outputs needs 16 products of input and output channels instead of 36: squares of 4x4 inputs and kernels of 3x3 taps are
// transformed to 16 matrices each, these are multiplied, and the sums transformed back. Rounding errors are about twice those
// of the plain sum; what is not a number or infinite reaches all outputs of a tile. Steps and pitches are in bytes.
type winogradTransforms struct {
	// input and grad transform count squares, of 4x4 inputs and of 2x2 gradients, to 4x4, for vecs*8 channels.
	input, grad func(to, from *float32, toStep, toPitch, toNext, fromStep, fromPitch, fromNext, count, vecs int)
	// output transforms 4x4 sums to 2x2 outputs, adds a bias and takes the maximum with floor.
	output func(to, from *float32, toStep, toPitch, toNext, fromStep, fromPitch, fromNext, count, vecs int, bias *float32, floor float32)
	// kernel transforms vecs*8 kernels, and kernelGrad sums, which it overwrites, to gradients of kernels.
	kernel, kernelGrad func(to, from *float32, toStep, toPitch, fromStep, fromPitch, vecs int)
}

// winogradRows is set where the processor has the transforms.
var winogradRows *winogradTransforms

// winograd is what a convolution and its gradients share. Its sweep cuts the output, rounded up to whole tiles, into strips
// of tiles.
type winograd struct {
	*conv[float32]
	sweep
	*winogradTransforms
	tiles   *tileSet
	tw      int // tiles in a row
	plane   int // elements between the 16 matrices of a strip's inputs
	workers scratch[winogradWorker]
}

// winogradWorker is the memory of one worker: copies with borders, transformed operands, their products.
type winogradWorker struct {
	t                   block
	in, grad, v, m, out []float32
}

// winogradOf returns the convolution if the method can do it and pays: tiles must be many enough to share the transformed
// kernel.
func winogradOf[T Number](tiles *tileSet, c *conv[T]) (*conv[float32], bool) {
	f, ok := any(c).(*conv[float32])
	if !ok || winogradRows == nil || c.groups != 1 || c.size != [3]int{1, 3, 3} || c.stride != [3]int{1, 1, 1} || c.dil != [3]int{1, 1, 1} {
		return nil, false
	}
	wide := c.cin%8 == 0 && c.cout%8 == 0 && min(c.cin, c.cout) >= 16
	if !wide || c.in[0] != 1 || c.out[0] != 1 || c.pad[0] != 0 || tiles.lanes%8 != 0 {
		return nil, false
	}
	count := func(pixels [3]int) int { return c.batch * ((pixels[1] + 1) / 2) * ((pixels[2] + 1) / 2) }
	return f, min(count(c.in), count(c.out)) >= 12 && min(c.in[1], c.in[2], c.out[1], c.out[2]) >= 3
}

// newWinograd cuts the outputs of a convolution from in to out, pad behind the first tap, into strips of about so many tiles.
func newWinograd(tiles *tileSet, c *conv[float32], in, out, first [3]int, channels, most int) *winograd {
	w := &winograd{conv: c, winogradTransforms: winogradRows, tiles: tiles, tw: (out[2] + 1) / 2}
	th := (out[1] + 1) / 2
	one := [3]int{1, 1, 1}
	w.sweep = sweep{in: in, out: [3]int{1, 2 * th, 2 * w.tw}, k: [3]int{1, 3, 3}, step: one, dil: one, first: first, channels: channels, batch: c.batch}
	count := c.batch * th * w.tw
	most = min(most, max(count/8, 24), max(count/2, 1)) // two strips at least, for two threads
	w.square(most)
	w.plane = w.maxPixels/4*channels + 16 // matrices do not fall into the same set of the first-level cache
	return w
}

// square cuts the output into strips of whole rows of 2x2 tiles, about so many tiles each.
func (w *sweep) square(most int) {
	th, tw := w.out[1]/2, w.out[2]/2
	rows := min(th, max(1, most/tw))
	w.perPlane = (th + rows - 1) / rows
	w.images, w.rows = 1, 2*((th+w.perPlane-1)/w.perPlane)
	if w.perPlane == 1 {
		w.images = max(1, min(w.batch, most/(th*tw)))
		n := (w.batch + w.images - 1) / w.images
		w.images = (w.batch + n - 1) / n
	}
	w.perPlane = (w.out[1] + w.rows - 1) / w.rows
	w.strips = (w.batch + w.images - 1) / w.images * w.perPlane
	w.border()
}

// inputs transforms the inputs of a strip, channels [c, c+n), to 16 matrices of tiles by channels.
func (w *winograd) inputs(m *winogradWorker, s strip, src []float32, c, n int) {
	in := stripInputOf(&w.sweep, s, src, &m.in)
	m.v = grow(&m.v, 16*w.plane)
	tile := 0
	for image := range s.images {
		for y := 0; y < s.rows; y += 2 {
			from := in[image*w.image+y*w.py+c:]
			w.input(&m.v[tile*n], &from[0], 4*w.plane, 16*w.plane, 0, 4*w.px, 4*w.py, 4*(2*w.px-n), w.tw, n/8)
			tile += w.tw
		}
	}
}

// winogradPass computes a convolution, or the gradient to its input, which is one with the taps turned around.
type winogradPass struct {
	*winograd
	src, dst []float32
	depth, n int // channels read and written
	pixels   [3]int
	// transposed says that the kernel's output channels are what the pass reads.
	transposed bool
	panels     []panel
	packed     []float32 // 16 matrices for each panel
	taps       scratch[float32]
	bias       []float32
	floor      float32
	planeOut   int
	end        *epilogue[float32]
}

// winogradTiles is how many tiles of a strip fit the second-level cache with their products.
func winogradTiles(channels int) int { return min(max(3072/channels, 24), 96) }

func newWinogradPass(tiles *tileSet, c *conv[float32], transposed bool) *winogradPass {
	p := &winogradPass{src: c.x, dst: c.y, depth: c.cin, n: c.cout, pixels: c.out, transposed: transposed}
	in, first := c.in, [3]int{0, -c.pad[1], -c.pad[2]}
	if transposed {
		p.src, p.dst, p.depth, p.n, p.pixels = c.y, c.x, c.cout, c.cin, c.in
		in, first = c.out, [3]int{0, c.pad[1] - 2, c.pad[2] - 2}
	}
	p.winograd = newWinograd(tiles, c, in, p.pixels, first, p.depth, winogradTiles(p.depth+p.n))
	p.planeOut = p.maxPixels/4*p.n + 16
	p.bias, p.floor = make([]float32, p.n), float32(math.Inf(-1))
	if !transposed && c.end != nil {
		p.end = c.end
		if c.end.Bias != nil {
			p.bias = c.end.Bias
		}
		if c.end.Relu {
			p.floor = 0
		}
	}
	at := 0
	for j := 0; j < p.n; {
		vecs, cols := tiles.panel(p.n-j, tiles.main)
		p.panels = append(p.panels, panel{j, vecs, cols, at})
		j += cols
		at += 16 * p.matrix(vecs)
	}
	p.packed = make([]float32, at)
	return p
}

// matrix is the elements between the matrices of a panel.
func (p *winogradPass) matrix(vecs int) int { return p.depth*vecs*p.tiles.lanes + 16 }

func (p *winogradPass) loops() []par.Loop {
	return []par.Loop{
		{N: len(p.panels), Chunk: chunkOf(4 * len(p.packed) / len(p.panels)), Body: func(worker, lo, hi int) {
			for i := range p.panels[lo:hi] {
				p.pack(worker, &p.panels[lo+i])
			}
		}},
		{N: p.strips, Chunk: max(1, taskWork/2/(4*p.maxPixels*p.depth*p.n)), Body: func(worker, lo, hi int) {
			m := &p.workers.get(worker, 1)[0]
			for i := lo; i < hi; i++ {
				s := p.sweep.strip(i)
				p.inputs(m, s, p.src, 0, p.depth)
				p.products(m, s.images*s.rows*p.tw/2)
				p.outputs(m, s)
				rows := min(s.rows, p.pixels[1]-s.y)
				p.end.done(worker, (s.n*p.pixels[1]+s.y)*p.pixels[2], 0, s.images*rows*p.pixels[2], p.n)
			}
		}},
	}
}

// pack transforms the kernel of a panel.
func (p *winogradPass) pack(worker int, panel *panel) {
	ld := panel.vecs * p.tiles.lanes
	tap := p.depth * ld
	taps := p.taps.get(worker, 9*tap)
	for t := range 9 {
		from := t
		if p.transposed {
			from = 8 - t
		}
		w := operand[float32]{x: p.w[from*p.cin*p.cout:], ld: p.cout, trans: p.transposed}
		packPanel(p.tiles, taps[t*tap:], w.from(0, panel.j), p.depth, panel.cols, ld)
	}
	matrix := p.matrix(panel.vecs)
	p.kernel(&p.packed[panel.at], &taps[0], 4*matrix, 16*matrix, 4*tap, 12*tap, tap/8)
}

// products multiplies the matrices of a strip with those of the kernel.
func (p *winogradPass) products(m *winogradWorker, tiles int) {
	m.m = grow(&m.m, 16*p.planeOut)
	t := &m.t
	t[tileLdc], t[tileRsa], t[tileCsa] = uintptr(4*p.n), uintptr(4*p.depth), 4
	for k := 0; k < p.depth; k += p.tiles.steps {
		plain(t, min(p.tiles.steps, p.depth-k))
		t[tileAccumulate] = boolWord(k > 0)
		for e := range 16 {
			for i := range p.panels {
				panel := &p.panels[i]
				ld := panel.vecs * p.tiles.lanes
				t[tileA], t[tileC] = address(m.v[e*p.plane+k:]), address(m.m[e*p.planeOut+panel.j:])
				t[tileB], t[tileLdb] = address(p.packed[panel.at+e*p.matrix(panel.vecs)+k*ld:]), uintptr(4*ld)
				p.tiles.run(t, tiles, panel.vecs, panel.cols)
			}
		}
	}
}

// outputs transforms the products of a strip to its outputs.
func (p *winogradPass) outputs(m *winogradWorker, s strip) {
	width := p.pixels[2] * p.n
	m.out = grow(&m.out, 4*p.tw*p.n)
	tile := 0
	for image := range s.images {
		for y := s.y; y < s.y+s.rows; y += 2 {
			dst := p.dst[((s.n+image)*p.pixels[1]+y)*width:]
			if y+1 == p.pixels[1] { // the second row of these tiles is not wanted
				p.row(m, tile, m.out, 2*p.tw*p.n, p.tw)
				copy(dst[:width], m.out)
			} else {
				p.row(m, tile, dst, width, p.pixels[2]/2)
				if p.pixels[2]%2 != 0 { // nor is the second column of this one
					p.row(m, tile+p.tw-1, m.out, 2*p.n, 1)
					copy(dst[width-p.n:][:p.n], m.out)
					copy(dst[2*width-p.n:][:p.n], m.out[2*p.n:])
				}
			}
			tile += p.tw
		}
	}
}

// row transforms count tiles to two rows of dst, pitch apart.
func (p *winogradPass) row(m *winogradWorker, tile int, dst []float32, pitch, count int) {
	p.output(&dst[0], &m.m[tile*p.n], 4*p.n, 4*pitch, 4*p.n, 4*p.planeOut, 16*p.planeOut, 0, count, p.n/8, &p.bias[0], p.floor)
}
