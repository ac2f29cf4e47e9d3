package native

import (
	"unsafe"

	"github.com/gorgonin/gorgonin/backend"
	"github.com/gorgonin/gorgonin/graph"
	"github.com/gorgonin/gorgonin/internal/par"
)

// tile is the number of elements that a fused step works on at a time: a dozen registers of it stay in the L1 and L2 caches.
const tile = 1024

// slotBytes is the memory of one tile of the widest elements.
const slotBytes = tile * 8

// tiles is a fused step: a little program over registers that is run tile by tile.
type tiles struct {
	shape graph.Shape
	regs  []tileRegister
	code  []micro
	slots int // temporary registers
}

// tileRegister says where the tile of a register lies.
type tileRegister struct {
	kind regKind
	i    int // the number of the operand, result or slot
	size int // bytes of an element
	fill filler
	slot int // of a filled operand
}

type regKind int

const (
	dense  regKind = iota // an operand's memory, tile by tile
	scalar                // an operand's only element
	filled                // an operand that is repeated into a slot
	result                // a result's memory
	slot                  // scratch memory
)

// loops ties the program to memory. Each worker has registers and slots of its own.
func (t *tiles) loops(in, out []backend.Slice, scratch []byte, workers int) []par.Loop {
	regs := make([][]unsafe.Pointer, workers)
	for w := range regs {
		regs[w] = make([]unsafe.Pointer, len(t.regs))
		for i, r := range t.regs {
			switch r.kind {
			case scalar:
				regs[w][i] = in[r.i].At()
			case slot:
				regs[w][i] = unsafe.Pointer(&scratch[(w*t.slots+r.i)*slotBytes])
			case filled:
				regs[w][i] = unsafe.Pointer(&scratch[(w*t.slots+r.slot)*slotBytes])
			}
		}
	}
	body := func(worker, lo, hi int) {
		r := regs[worker]
		for ; lo < hi; lo += tile {
			n := min(tile, hi-lo)
			for i := range t.regs {
				switch s := &t.regs[i]; s.kind {
				case dense:
					r[i] = unsafe.Add(in[s.i].At(), lo*s.size)
				case result:
					r[i] = unsafe.Add(out[s.i].At(), lo*s.size)
				case filled:
					s.fill(r[i], in[s.i].At(), lo, n)
				}
			}
			for _, m := range t.code {
				m(r, n)
			}
		}
	}
	return []par.Loop{{N: t.shape.Size(), Chunk: tile * max(1, 16/len(t.code)), Body: body}}
}
