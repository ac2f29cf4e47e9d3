package native

import (
	"unsafe"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
)

// maxTile is the most elements that a fused step works on at a time: a dozen registers of it stay in the L1 and L2 caches.
const maxTile = 1024

// slotBytes is the memory of one tile of the widest elements.
const slotBytes = maxTile * 8

// tiles is a fused step: a little program over registers that is run tile by tile.
type tiles struct {
	shape graph.Shape
	regs  []tileRegister
	code  []instruction
	folds []fold
	slots int   // temporary registers
	tile  int   // elements of a tile
	chunk int   // elements of a chunk
	rule  *rule // the kernel that does it all, nil for none
}

// tileRegister says where the tile of a register lies.
type tileRegister struct {
	kind regKind
	i    int // the number of the operand, result or slot
	size int // bytes of an element
	slot int // of a filled operand
	fill filler
	// strides are those of a filled operand; periodic tells that all tiles of it are alike.
	strides  []int
	periodic bool
}

type regKind int

const (
	dense  regKind = iota // an operand's memory, tile by tile
	scalar                // an operand's only element
	filled                // an operand that is repeated into a slot
	result                // a result's memory
	slot                  // scratch memory
)

// tiedTiles is a fused step tied to memory. Each worker has registers and slots of its own.
type tiedTiles struct {
	*tiles
	in, out []backend.Slice
	at      [][]unsafe.Pointer // of the registers
	sums    []folder
}

func (t *tiles) tie(in, out []backend.Slice, scratch []byte, workers int) *tiedTiles {
	x := &tiedTiles{tiles: t, in: in, out: out, at: make([][]unsafe.Pointer, workers)}
	for w := range x.at {
		x.at[w] = make([]unsafe.Pointer, len(t.regs))
		for i, r := range t.regs {
			switch r.kind {
			case scalar:
				x.at[w][i] = in[r.i].At()
			case slot:
				x.at[w][i] = unsafe.Pointer(&scratch[(w*t.slots+r.i)*slotBytes])
			case filled:
				x.at[w][i] = unsafe.Pointer(&scratch[(w*t.slots+r.slot)*slotBytes])
			}
		}
	}
	for _, f := range t.folds {
		x.sums = append(x.sums, f.tie(t, out[f.to], scratch, workers))
	}
	return x
}

// loops ties the program to memory and cuts it.
func (t *tiles) loops(in, out []backend.Slice, scratch []byte, workers int) []par.Loop {
	if t.rule != nil {
		return t.rule.loops(in, out, workers)
	}
	x := t.tie(in, out, scratch, workers)
	loops := []par.Loop{{N: t.shape.Size(), Chunk: t.chunk, Body: x.run}}
	for _, f := range x.sums {
		loops = append(loops, f.merge()...)
	}
	return loops
}

// run does the chunk of elements [lo, hi).
func (x *tiedTiles) run(worker, lo, hi int) {
	for i := range x.regs {
		if s := &x.regs[i]; s.periodic {
			s.fill(x.at[worker][i], x.in[s.i].At(), 0, min(x.tile, hi-lo))
		}
	}
	for _, f := range x.sums {
		f.begin(worker, lo)
	}
	for ; lo < hi; lo += x.tile {
		x.do(worker, lo, min(x.tile, hi-lo), true)
	}
}

// block does the columns [col, col+cols) of some rows, which are the last axis.
func (x *tiedTiles) block(worker, row, col, rows, cols int) {
	width := x.shape.Dim(-1)
	if cols == width { // all in a row
		rows, cols = 1, rows*cols
	}
	for lo := row*width + col; rows > 0; rows, lo = rows-1, lo+width {
		for done := 0; done < cols; done += x.tile {
			x.do(worker, lo+done, min(x.tile, cols-done), false)
		}
	}
}

// do works on the n elements from lo on. ready tells that what is repeated from tile to tile is in its slot.
func (x *tiedTiles) do(worker, lo, n int, ready bool) {
	r := x.at[worker]
	for i := range x.regs {
		switch s := &x.regs[i]; s.kind {
		case dense:
			r[i] = unsafe.Add(x.in[s.i].At(), lo*s.size)
		case result:
			r[i] = unsafe.Add(x.out[s.i].At(), lo*s.size)
		case filled:
			if !ready || !s.periodic {
				s.fill(r[i], x.in[s.i].At(), lo, n)
			}
		}
	}
	for i := range x.code {
		if c := &x.code[i]; c.do != nil {
			c.do(r, n)
		} else {
			x.sums[c.fold].add(worker, lo, r[x.folds[c.fold].src], n)
		}
	}
}

// instruction is an operation on tiles, or without one the fold of a number.
type instruction struct {
	do   micro
	fold int
}

// Bounds of the chunks of a loop: enough work for a fork to pay, enough chunks for threads to share, few enough for the sums that
// folds keep of each.
const (
	minChunkOps   = 16
	maxChunkTiles = 8
	maxFoldChunks = 64
)

// cut chooses the sizes of tiles and chunks. Where an operand is repeated or a sum taken, both are multiples of what is repeated or
// added up, if that fits.
func (t *tiles) cut() {
	n := t.shape.Size()
	t.tile = maxTile
	structured := len(t.folds) > 0
	for _, r := range t.regs {
		structured = structured || r.kind == filled
	}
	if structured {
		t.tile = tileOf(t.shape)
	}
	count := (n + t.tile - 1) / t.tile
	tiles := max(minChunkOps/max(1, len(t.code)), min(maxChunkTiles, count/16), 1)
	group := 1
	for _, f := range t.folds {
		if f.outer > 1 {
			group = max(group, f.group()) // those of other folds divide it: all are products of the last axes
		} else {
			tiles = max(tiles, (count+maxFoldChunks-1)/maxFoldChunks)
		}
	}
	t.chunk = tiles * t.tile
	if t.chunk%group != 0 {
		t.chunk = (t.chunk + group - 1) / group * group
	}
	for i := range t.regs {
		if r := &t.regs[i]; r.kind == filled {
			p := period(t.shape, r.strides)
			r.periodic = t.tile%p == 0 && t.chunk%p == 0
		}
	}
}

// tileOf is a tile of as many whole sets of last axes as fit, or of an even part of a long last axis.
func tileOf(shape graph.Shape) int {
	set := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if set*shape[i] > maxTile {
			break
		}
		set *= shape[i]
	}
	if d := shape.Dim(-1); d > maxTile {
		for parts := (d + maxTile - 1) / maxTile; parts <= 2*d/maxTile; parts++ {
			if d%parts == 0 {
				return d / parts
			}
		}
	}
	return maxTile / set * set
}

// period is after how many elements an operand that is read at strides begins anew.
func period(shape graph.Shape, strides []int) int {
	for i, step := range strides {
		if step != 0 && shape[i] != 1 {
			return shape[i:].Size()
		}
	}
	return 1
}
