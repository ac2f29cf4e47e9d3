package kernels

import "fmt"

// window is a sliding window over up to three spatial axes, padded to three in front: what convolution and pooling share.
// Arrays are (batch, spatial..., channels); a pixel is one position of batch and space.
type window struct {
	batch           int
	in, out, stride [3]int
	inPix, outPix   int      // pixels of the whole batch
	kx, dilX        int      // taps along the last axis and their distance
	size, pad, dil  [3]int   // taps along each axis, the padding in front, and the distance of taps
	taps            [][3]int // where each tap lies, relative to stride times the output position
}

// newWindow checks the sizes; nil stride and dilation mean 1, nil padLo 0.
func newWindow(kernel string, batch int, in, k, out, stride, padLo, dilation []int) (*window, error) {
	rank := len(in)
	if rank < 1 || rank > 3 {
		return nil, fmt.Errorf("kernels: %s: %d spatial axes, want 1 to 3", kernel, rank)
	}
	w := &window{batch: batch, inPix: batch, outPix: batch, in: [3]int{1, 1, 1}, out: [3]int{1, 1, 1}, stride: [3]int{1, 1, 1}}
	size, pad, dil := [3]int{1, 1, 1}, [3]int{}, [3]int{1, 1, 1}
	for _, f := range []struct {
		name string
		from []int
		to   *[3]int
		low  int
		opt  bool
	}{{"in", in, &w.in, 0, false}, {"kernel", k, &size, 1, false}, {"out", out, &w.out, 0, false}, {"stride", stride, &w.stride, 1, true},
		{"padding", padLo, &pad, -1 << 31, true}, {"dilation", dilation, &dil, 1, true}} {
		if f.from == nil && f.opt {
			continue
		}
		if len(f.from) != rank {
			return nil, fmt.Errorf("kernels: %s: %s %v for %d spatial axes", kernel, f.name, f.from, rank)
		}
		for i, v := range f.from {
			if v < f.low {
				return nil, fmt.Errorf("kernels: %s: %s %v, want at least %d", kernel, f.name, f.from, f.low)
			}
			f.to[3-rank+i] = v
		}
	}
	for i := range 3 {
		w.inPix *= w.in[i]
		w.outPix *= w.out[i]
	}
	w.kx, w.dilX = size[2], dil[2]
	w.size, w.pad, w.dil = size, pad, dil
	for z := range size[0] {
		for y := range size[1] {
			for x := range size[2] {
				w.taps = append(w.taps, [3]int{z*dil[0] - pad[0], y*dil[1] - pad[1], x*dil[2] - pad[2]})
			}
		}
	}
	return w, nil
}

// pointwise reports whether the window is one pixel, the one at the output's own position.
func (w *window) pointwise() bool {
	return len(w.taps) == 1 && w.taps[0] == [3]int{} && w.stride == [3]int{1, 1, 1} && w.in == w.out
}

// pixel is a position in batch and space.
type pixel struct{ n, z, y, x int }

// pixelAt returns the i-th pixel of a grid.
func pixelAt(grid [3]int, i int) pixel {
	p := pixel{x: i % grid[2]}
	i /= grid[2]
	p.y = i % grid[1]
	i /= grid[1]
	p.z = i % grid[0]
	p.n = i / grid[0]
	return p
}

// next moves to the following pixel.
func (p *pixel) next(grid [3]int) {
	if p.x++; p.x < grid[2] {
		return
	}
	p.x = 0
	if p.y++; p.y < grid[1] {
		return
	}
	p.y = 0
	if p.z++; p.z < grid[0] {
		return
	}
	p.z = 0
	p.n++
}

// input returns the index of the input pixel that a tap of output pixel p reads, or -1 in the padding.
func (w *window) input(p pixel, tap int) int {
	t := &w.taps[tap]
	return w.at(pixel{p.n, p.z*w.stride[0] + t[0], p.y*w.stride[1] + t[1], p.x*w.stride[2] + t[2]})
}

// output returns the index of the output pixel whose tap reads input pixel p, or -1 if there is none.
func (w *window) output(p pixel, tap int) int {
	t := &w.taps[tap]
	z, y, x := p.z-t[0], p.y-t[1], p.x-t[2]
	if z < 0 || y < 0 || x < 0 {
		return -1
	}
	if w.stride != [3]int{1, 1, 1} {
		if z%w.stride[0] != 0 || y%w.stride[1] != 0 || x%w.stride[2] != 0 {
			return -1
		}
		z, y, x = z/w.stride[0], y/w.stride[1], x/w.stride[2]
	}
	if z >= w.out[0] || y >= w.out[1] || x >= w.out[2] {
		return -1
	}
	return ((p.n*w.out[0]+z)*w.out[1]+y)*w.out[2] + x
}

// windowRun is a stretch of windows of a row of the output that read the same taps.
type windowRun struct {
	x, pixels int
	first     int   // pixel that the first window reads first, from the row's origin on; 0 without taps
	taps      []int // elements from there to what each tap reads; none if all is padding
	which     []int // the taps these are
}

// windowRows is the runs of all rows of the output, for pixels of some channels. Rows with the same taps inside share theirs.
type windowRows struct {
	*window
	runs [][]windowRun // of each row of an image
}

func newWindowRows(w *window, channels int) *windowRows {
	rows := &windowRows{window: w}
	known := map[[4]int][]windowRun{}
	for row := range w.out[0] * w.out[1] {
		var key [4]int // the taps inside, from and to, along the first two axes
		for a, o := range [2]int{row / w.out[1], row % w.out[1]} {
			key[2*a], key[2*a+1] = w.inside(a, o)
		}
		if known[key] == nil {
			known[key] = w.rowRuns(key, channels)
		}
		rows.runs = append(rows.runs, known[key])
	}
	return rows
}

// row returns the runs of a row of the output, and the row's origin: the pixel where its first window would read its first tap.
func (w *windowRows) row(i int) (runs []windowRun, origin int) {
	n, image := i/len(w.runs), i%len(w.runs)
	z, y := image/w.out[1]*w.stride[0]-w.pad[0], image%w.out[1]*w.stride[1]-w.pad[1]
	return w.runs[image], ((n*w.in[0]+z)*w.in[1]+y)*w.in[2] - w.pad[2]
}

// inside returns the range of taps along an axis that lie inside the input for an output position.
func (w *window) inside(a, o int) (from, to int) {
	at := o*w.stride[a] - w.pad[a]
	from = min(max(0, (w.dil[a]-1-at)/w.dil[a]), w.size[a])
	if at >= 0 {
		from = 0
	}
	to = from
	if last := w.in[a] - 1 - at; last >= 0 {
		to = max(from, min(w.size[a], last/w.dil[a]+1))
	}
	return from, to
}

// rowRuns returns the runs of a row with the given ranges of taps along the first two axes.
func (w *window) rowRuns(inside [4]int, channels int) []windowRun {
	var runs []windowRun
	for x := 0; x < w.out[2]; {
		r := windowRun{x: x, pixels: 1}
		from, to := w.inside(2, x)
		for x += 1; x < w.out[2]; x++ {
			if f, t := w.inside(2, x); f != from || t != to {
				break
			}
			r.pixels++
		}
		for z := inside[0]; z < inside[1]; z++ {
			for y := inside[2]; y < inside[3]; y++ {
				for k := from; k < to; k++ {
					at := (z*w.dil[0]*w.in[1]+y*w.dil[1])*w.in[2] + k*w.dil[2] + r.x*w.stride[2]
					if len(r.taps) == 0 {
						r.first = at
					}
					r.taps, r.which = append(r.taps, (at-r.first)*channels), append(r.which, (z*w.size[1]+y)*w.size[2]+k)
				}
			}
		}
		runs = append(runs, r)
	}
	return runs
}

// at returns the index of an input pixel, or -1 outside.
func (w *window) at(p pixel) int {
	if uint(p.z) >= uint(w.in[0]) || uint(p.y) >= uint(w.in[1]) || uint(p.x) >= uint(w.in[2]) {
		return -1
	}
	return ((p.n*w.in[0]+p.z)*w.in[1]+p.y)*w.in[2] + p.x
}

// disjoint reports whether windows lie side by side from the first input on, so that no input is in two of them.
func (w *window) disjoint() bool {
	for a := range 3 {
		if w.size[a] != w.stride[a] || w.pad[a] != 0 || w.dil[a] != 1 || w.out[a]*w.stride[a] > w.in[a] {
			return false
		}
	}
	return w.outPix > 0
}
