package kernels

// poolRun is some windows of a row of the output that have the same taps. Channels are neighbours in memory.
type poolRun[T Float] struct {
	taps     []int // offset of each tap, at least one, in elements from what the first window reads first
	pixels   int
	step, ld int // elements from pixel to pixel: of the input, of the output
	channels int
}

// poolRows is what pools do with a run; big slices start at its first tap.
type poolRows[T Float] struct {
	// max sets y to the maxima: the first of equals, NaN if there is one.
	max func(y, x []T, r poolRun[T])
	// maxGrad sets dx at the taps, or adds to it: dy at the first that is the maximum, 0 at the others.
	maxGrad func(dy, dx, x []T, r poolRun[T], add bool)
	// mean sets y to the sums over n.
	mean func(y, x []T, r poolRun[T], n T)
	// meanGrad sets dx at the taps to dy/n, or adds it.
	meanGrad func(dy, dx []T, r poolRun[T], n T, add bool)
}

var (
	poolPortable32 = portablePool[float32]()
	pool64         = portablePool[float64]()
	pool32         = poolPortable32 // replaced where the processor has better
)

// poolRowsOf returns the rows of an element type; see Build.
func poolRowsOf[T Float]() *poolRows[T] {
	var r any = pool64
	if any(T(0)) == any(float32(0)) {
		r = pool32
		if portable {
			r = poolPortable32
		}
	}
	return r.(*poolRows[T])
}

func portablePool[T Float]() *poolRows[T] {
	return &poolRows[T]{max: poolMax[T], maxGrad: poolMaxGrad[T], mean: poolMean[T], meanGrad: poolMeanGrad[T]}
}

// winner returns the tap that holds the maximum of a channel.
func (r poolRun[T]) winner(x []T, at int) int {
	best := at + r.taps[0]
	for _, t := range r.taps[1:] {
		if v := x[at+t]; v > x[best] || v != v && x[best] == x[best] {
			best = at + t
		}
	}
	return best
}

func poolMax[T Float](y, x []T, r poolRun[T]) {
	for p := range r.pixels {
		for c := range r.channels {
			y[p*r.ld+c] = x[r.winner(x, p*r.step+c)]
		}
	}
}

func poolMaxGrad[T Float](dy, dx, x []T, r poolRun[T], add bool) {
	for p := range r.pixels {
		for c := range r.channels {
			at := p*r.step + c
			if !add {
				for _, t := range r.taps {
					dx[at+t] = 0
				}
			}
			dx[r.winner(x, at)] += dy[p*r.ld+c]
		}
	}
}

func poolMean[T Float](y, x []T, r poolRun[T], n T) {
	for p := range r.pixels {
		for c := range r.channels {
			at := p*r.step + c
			sum := x[at+r.taps[0]]
			for _, t := range r.taps[1:] {
				sum += x[at+t]
			}
			y[p*r.ld+c] = sum / n
		}
	}
}

func poolMeanGrad[T Float](dy, dx []T, r poolRun[T], n T, add bool) {
	for p := range r.pixels {
		for c := range r.channels {
			share := dy[p*r.ld+c] / n
			for _, t := range r.taps {
				at := p*r.step + c + t
				if add {
					dx[at] += share
				} else {
					dx[at] = share
				}
			}
		}
	}
}
