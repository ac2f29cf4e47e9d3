package kernels

import "unsafe"

// block is the argument of a micro-kernel, which computes blocks of rows of
//
//	c[i][j] (+)= sum over segments s and steps p of a[row(i) + offs[s] + p*csa] * b[(s*k+p)*ldb + j]
//
// Strides and offsets are in bytes. A kernel moves c, a and rows on by the rows it has done. Addresses are plain numbers: they
// may point past the end of a slice afterwards, which the collector must not see. What they point into is held by the loop.
type block = [16]uintptr

// Elements of block.
const (
	tileC          = iota // first row of c
	tileA                 // what rows are relative to
	tileB                 // first row of b
	tileLdc               // from row to row of c
	tileRsa               // from row to row of a, if rows is nil
	tileCsa               // from step to step in a row of a
	tileLdb               // from step to step in b
	tileK                 // steps of a segment, at least 1
	tileOffs              // offsets of the segments
	tileOffsEnd           // behind the last one
	tileRows              // offset of each row, or nil
	tileBlocks            // blocks of rows, at least 1
	tileTail              // elements of the last vector of a row, for the kernels of partial vectors
	tileAccumulate        // not 0 to add to c
	tileBias              // what to add to each row of c, or nil
	tileRelu              // not 0 to make zero of what is negative
)

// tileSet is the micro-kernels of one element type and instruction set.
type tileSet struct {
	lanes, size int
	// kernels has, for vectors of columns and rows of a block, the kernels for whole vectors and for a partial last one.
	kernels [9][9][2]func(*block)
	// depthwise has kernels of one vector that multiply a and b lane by lane.
	depthwise [9][2]func(*block)
	// main is the vectors of a panel of many rows, and most the rows of a block by its vectors.
	main int
	most [9]int
	// steps is the length of the parts of a sum whose panel of b stays in the cache.
	steps int
	// copyRows copies rows of vecs times 32 bytes and tail bytes, filled up with zeros.
	copyRows func(dst, src *byte, ldDst, ldSrc, rows, vecs, tail int)
	// copyPanels copies rows into panels of 64*pairs bytes a row that follow one another.
	copyPanels func(dst, src *byte, ldSrc, rows, panels, pairs int)
	// dots sets or adds 4*fours products of a with rows of b, 8*blocks elements each; nil if there is none.
	dots func(c, a, b *float32, ldb, fours, blocks, accumulate int)
	// axpys adds to c 8*eights rows of b, vecs vectors of 8 and tail bytes each, times elements of a; nil if there is none.
	axpys func(c, a, b *float32, lda, ldb, eights, vecs, tail int)
	// transpose writes eight rows of src, 8*blocks elements each, as columns of dst; nil if there is none.
	transpose func(dst, src *byte, ldDst, ldSrc, blocks int)
	// columns is transpose for up to eight rows of any length; nil if there is none. It writes whole vectors of eight and up to a
	// multiple of eight of them, in order.
	columns func(dst, src *byte, ldDst, ldSrc, rows, steps int)
}

// tiles32 and tiles64 are set where the processor has kernels.
var tiles32, tiles64 *tileSet

// tilesOf returns the micro-kernels for T, or nil.
func tilesOf[T Number]() *tileSet {
	if portable {
		return nil
	}
	switch any(T(0)).(type) {
	case float32:
		return tiles32
	case float64:
		return tiles64
	}
	return nil
}

// count fills in most.
func (s *tileSet) count() {
	for vecs := range s.kernels {
		for rows := range s.kernels[vecs] {
			if s.kernels[vecs][rows][0] != nil {
				s.most[vecs] = rows
			}
		}
	}
}

// width returns the vectors of a panel of m rows: few rows need more columns to occupy the multipliers.
func (s *tileSet) width(m int) int {
	for _, vecs := range [...]int{8, 4} {
		if s.most[vecs] >= m {
			return vecs
		}
	}
	return s.main
}

// panel returns the vectors and columns of the next panel of n columns. Panels are balanced, so that none is thin.
func (s *tileSet) panel(n, width int) (vecs, cols int) {
	total := (n + s.lanes - 1) / s.lanes
	panels := (total + width - 1) / width
	vecs = (total + panels - 1) / panels
	for s.most[vecs] == 0 {
		vecs--
	}
	return vecs, min(n, vecs*s.lanes)
}

// run computes m rows of a panel.
func (s *tileSet) run(t *block, m, vecs, cols int) {
	t[tileTail] = uintptr(cols - (vecs-1)*s.lanes)
	runBlocks(&s.kernels[vecs], t, m, s.most[vecs], int(boolWord(cols < vecs*s.lanes)))
}

// runLanes computes m rows of one vector of cols columns, lane by lane.
func (s *tileSet) runLanes(t *block, m, cols int) {
	t[tileTail] = uintptr(cols)
	runBlocks(&s.depthwise, t, m, len(s.depthwise)-1, int(boolWord(cols < s.lanes)))
}

// runBlocks calls the kernels for m rows. Blocks are balanced, so that none is thin.
//
//go:noinline
func runBlocks(kernels *[9][2]func(*block), t *block, m, most, partial int) {
	blocks := (m + most - 1) / most
	high := (m + blocks - 1) / blocks
	n := m - blocks*(high-1)
	t[tileBlocks] = uintptr(n)
	kernels[high][partial](t)
	if n < blocks {
		t[tileBlocks] = uintptr(blocks - n)
		kernels[high-1][partial](t)
	}
}

// address returns the address of the first element.
func address[T any](x []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }

// bytesAt returns the address of the first element for functions that move bytes.
func bytesAt[T any](x []T) *byte { return (*byte)(unsafe.Pointer(unsafe.SliceData(x))) }

// oneSegment is the offsets of a plain matrix.
var oneSegment [1]int

// plain sets the segments and rows of a plain matrix with k steps.
func plain(t *block, k int) {
	t[tileK], t[tileRows] = uintptr(k), 0
	t[tileOffs] = uintptr(unsafe.Pointer(&oneSegment))
	t[tileOffsEnd] = t[tileOffs] + unsafe.Sizeof(oneSegment)
}

// boolWord returns 1 for true.
func boolWord(b bool) uintptr {
	if b {
		return 1
	}
	return 0
}
