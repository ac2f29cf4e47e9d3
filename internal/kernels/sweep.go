package kernels

// sweep is how a convolution reads pixels: output pixel o reads input pixels o*step + first + tap*dil, with zeros outside. The
// output is cut into strips: some rows of one image, or some whole images. The pixels and taps of a strip have fixed offsets
// from its first one, so that micro-kernels read patches where they are. Where the window leaves the input, the strip's input
// is first copied with a border of zeros.
type sweep struct {
	in, out, k, step, first, dil [3]int

	channels          int // of an input pixel
	batch             int
	images, rows      int // of a strip: one of them is 1, unless rows is out[1]
	perPlane          int // strips of one (image, z)
	strips            int
	bordered          bool
	image, pz, py, px int    // elements between images, planes, rows and pixels of a strip's input; z is between taps if bordered
	span              [2]int // rows and columns of a bordered plane
	maxPixels         int
}

// Pixels of a strip at best, and elements of its input at most.
const (
	stripPixels = 192
	stripInput  = 48 << 10
)

// prepare computes what follows from the first line of fields, channels and batch.
func (w *sweep) prepare() {
	if w.batch*w.out[0]*w.out[1]*w.out[2] == 0 || w.k[0]*w.k[1]*w.k[2] == 0 {
		return
	}
	w.span[1] = w.inputColumns()
	w.images, w.rows = 1, max(1, min(w.out[1], stripPixels/w.out[2]))
	for w.rows > 1 && w.k[0]*w.inputRows(w.rows)*w.span[1]*w.channels > stripInput {
		w.rows = (w.rows + 1) / 2
	}
	w.perPlane = (w.out[1] + w.rows - 1) / w.rows
	w.rows = (w.out[1] + w.perPlane - 1) / w.perPlane
	if w.perPlane == 1 && w.out[0] == 1 {
		input := w.k[0] * w.inputRows(w.rows) * w.span[1] * w.channels
		w.images = max(1, min(w.batch, stripPixels/(w.rows*w.out[2]), stripInput/max(1, input)))
	}
	w.perPlane = (w.out[1] + w.rows - 1) / w.rows
	w.strips = (w.batch + w.images - 1) / w.images * w.out[0] * w.perPlane
	w.border()
}

// border computes what follows from the images and rows of a strip.
func (w *sweep) border() {
	w.maxPixels = w.images * w.rows * w.out[2]
	w.span = [2]int{w.inputRows(w.rows), w.inputColumns()}
	w.bordered = false
	for a := range 3 {
		last := (w.out[a]-1)*w.step[a] + w.first[a] + (w.k[a]-1)*w.dil[a]
		w.bordered = w.bordered || w.first[a] < 0 || last >= w.in[a]
	}
	w.pitches()
}

// inputRows returns the rows of input that rows of output read.
func (w *sweep) inputRows(rows int) int { return (rows-1)*w.step[1] + (w.k[1]-1)*w.dil[1] + 1 }

// inputColumns returns the columns of input that a row of output reads.
func (w *sweep) inputColumns() int { return (w.out[2]-1)*w.step[2] + (w.k[2]-1)*w.dil[2] + 1 }

func (w *sweep) pitches() {
	w.px = w.channels
	if w.bordered {
		w.py = w.span[1] * w.px
		w.pz = w.span[0] * w.py
		w.image = w.k[0] * w.pz
		return
	}
	w.py = w.in[2] * w.px
	w.pz = w.in[1] * w.py * w.dil[0]
	w.image = w.in[0] * w.in[1] * w.py
}

// strip is a part of the output: images from n, plane z, rows from y.
type strip struct{ n, images, z, y, rows int }

func (w *sweep) strip(i int) strip {
	s := strip{images: w.images, rows: w.rows}
	s.y = i % w.perPlane * w.rows
	i /= w.perPlane
	s.z = i % w.out[0]
	s.n = i / w.out[0] * w.images
	s.images, s.rows = min(s.images, w.batch-s.n), min(s.rows, w.out[1]-s.y)
	return s
}

// outputRows returns the offsets, in bytes, of the first input of each row of output in a strip.
func (w *sweep) outputRows(size int) []int {
	offs := make([]int, 0, w.images*w.rows)
	for n := range w.images {
		for y := range w.rows {
			offs = append(offs, (n*w.image+y*w.step[1]*w.py)*size)
		}
	}
	return offs
}

// outputPixels returns the offsets, in bytes, of the first input of each pixel of output in a strip.
func (w *sweep) outputPixels(size int) []int {
	offs := make([]int, 0, w.maxPixels)
	for _, row := range w.outputRows(size) {
		for x := range w.out[2] {
			offs = append(offs, row+x*w.step[2]*w.px*size)
		}
	}
	return offs
}

// tapOffsets returns the offsets, in bytes, of the taps; only those that start a row of taps if whole.
func (w *sweep) tapOffsets(size int, whole bool) []int {
	kx := w.k[2]
	if whole {
		kx = min(kx, 1)
	}
	var offs []int
	for z := range w.k[0] {
		for y := range w.k[1] {
			for x := range kx {
				offs = append(offs, (z*w.pz+y*w.dil[1]*w.py+x*w.dil[2]*w.px)*size)
			}
		}
	}
	return offs
}

// stripInputOf returns what the first pixel of a strip reads at the first tap: in src itself, or in a copy with a border.
func stripInputOf[T Number](w *sweep, s strip, src []T, memory *[]T) []T {
	z, y := s.z*w.step[0]+w.first[0], s.y*w.step[1]+w.first[1]
	if !w.bordered {
		return src[s.n*w.image+((z*w.in[1]+y)*w.in[2]+w.first[2])*w.px:]
	}
	to := grow(memory, w.images*w.image)
	at := to
	for n := s.n; n < s.n+s.images; n++ {
		for tz := range w.k[0] {
			for r := range w.span[0] {
				borderRow(w, at[:w.py], src, n, z+tz*w.dil[0], y+r)
				at = at[w.py:]
			}
		}
	}
	return to
}

// borderRow copies a row of input, or zeros, from column first on.
func borderRow[T Number](w *sweep, to, src []T, n, z, y int) {
	if uint(z) >= uint(w.in[0]) || uint(y) >= uint(w.in[1]) {
		clear(to)
		return
	}
	left := min(max(0, -w.first[2])*w.px, len(to))
	clear(to[:left])
	row := src[((n*w.in[0]+z)*w.in[1]+y)*w.in[2]*w.px:][:w.in[2]*w.px]
	row = row[min(max(0, w.first[2])*w.px, len(row)):]
	clear(to[left+copy(to[left:], row):])
}
