package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// copyRows generates the copy of short rows into a dense block: vecs vectors of 32 bytes, then tail bytes filled with zeros to
// a vector.
func copyRows(masks Mem) {
	TEXT("copyRowsAVX2", NOSPLIT, "func(dst, src *byte, ldDst, ldSrc, rows, vecs, tail int)")
	Doc("copyRowsAVX2 copies rows of vecs times 32 bytes and tail bytes (a multiple of 4, below 32), which are filled up to 32 with zeros.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	ldDst, ldSrc := Load(Param("ldDst"), GP64()), Load(Param("ldSrc"), GP64())
	rows, vecs, tail := Load(Param("rows"), GP64()), Load(Param("vecs"), GP64()), Load(Param("tail"), GP64())
	mask := GP64()
	LEAQ(masks.Offset(32), mask)
	SUBQ(tail, mask)
	VMOVDQU(Mem{Base: mask}, reg.Y1)
	SHLQ(U8(5), vecs)
	at := GP64()
	Label("row")
	XORQ(at, at)
	CMPQ(at, vecs)
	JE(LabelRef("tail"))
	Label("vector")
	VMOVUPS(Mem{Base: src, Index: at, Scale: 1}, reg.Y0)
	VMOVUPS(reg.Y0, Mem{Base: dst, Index: at, Scale: 1})
	ADDQ(U8(32), at)
	CMPQ(at, vecs)
	JNE(LabelRef("vector"))
	Label("tail")
	TESTQ(tail, tail)
	JZ(LabelRef("next"))
	VMASKMOVPS(Mem{Base: src, Index: at, Scale: 1}, reg.Y1, reg.Y0)
	VMOVUPS(reg.Y0, Mem{Base: dst, Index: at, Scale: 1})
	Label("next")
	ADDQ(ldSrc, src)
	ADDQ(ldDst, dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// dots generates c[j] (+)= sum of a[p]*b[j][p] for four rows j of b at a time and blocks of eight p of float32.
func dots() {
	TEXT("dotsAVX2", NOSPLIT, "func(c, a, b *float32, ldb, fours, blocks, accumulate int)")
	Doc("dotsAVX2 sets or adds 4*fours products of a with rows of b, 8*blocks elements each; ldb is in bytes.")
	Pragma("noescape")
	c, a, b := Load(Param("c"), GP64()), Load(Param("a"), GP64()), Load(Param("b"), GP64())
	ldb, fours := Load(Param("ldb"), GP64()), Load(Param("fours"), GP64())
	blocks, accumulate := Load(Param("blocks"), GP64()), Load(Param("accumulate"), GP64())
	three, left, at := GP64(), GP64(), GP64()
	y := ymm()
	LEAQ(Mem{Base: ldb, Index: ldb, Scale: 2}, three)
	Label("rows")
	for i := range 4 {
		VXORPS(y[i], y[i], y[i])
	}
	MOVQ(b, at)
	MOVQ(blocks, left)
	index := GP64()
	XORQ(index, index)
	Label("block")
	VMOVUPS(Mem{Base: a, Index: index, Scale: 1}, y[4])
	for i := range 4 {
		VFMADD231PS(rowOf(at, at, ldb, three, i), y[4], y[i])
	}
	ADDQ(U8(32), at)
	ADDQ(U8(32), index)
	DECQ(left)
	JNZ(LabelRef("block"))
	VHADDPS(y[1], y[0], y[0])
	VHADDPS(y[3], y[2], y[2])
	VHADDPS(y[2], y[0], y[0])
	VEXTRACTF128(U8(1), y[0], reg.X1)
	VADDPS(reg.X1, reg.X0, reg.X0)
	TESTQ(accumulate, accumulate)
	JZ(LabelRef("set"))
	VADDPS(Mem{Base: c}, reg.X0, reg.X0)
	Label("set")
	VMOVUPS(reg.X0, Mem{Base: c})
	ADDQ(U8(16), c)
	LEAQ(Mem{Base: b, Index: ldb, Scale: 4}, b)
	DECQ(fours)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

// axpys generates c (+)= a[0]*b[0] + a[1]*b[1] + ... for rows of b, eight at a time, which are read from end to end: memory is
// fetched ahead best along a row.
func axpys(masks Mem) {
	TEXT("axpysAVX2", NOSPLIT, "func(c, a, b *float32, lda, ldb, eights, vecs, tail int)")
	Doc("axpysAVX2 adds to c the rows of b times as many elements of a, lda and ldb bytes apart: 8*eights rows of vecs vectors of 8",
		"and, if tail is not 0, one of as many bytes.")
	Pragma("noescape")
	c, a, b := Load(Param("c"), GP64()), Load(Param("a"), GP64()), Load(Param("b"), GP64())
	lda, ldb := Load(Param("lda"), GP64()), Load(Param("ldb"), GP64())
	vecs, tail := Load(Param("vecs"), GP64()), Load(Param("tail"), GP64())
	three, low, high, left, index := GP64(), GP64(), GP64(), GP64(), GP64()
	eights := Load(Param("eights"), GP64())
	y := ymm()
	mask := y[15]
	LEAQ(masks.Offset(32), left)
	SUBQ(tail, left)
	VMOVDQU(Mem{Base: left}, mask)
	LEAQ(Mem{Base: ldb, Index: ldb, Scale: 2}, three)
	Label("rows")
	for i := range 8 {
		VBROADCASTSS(Mem{Base: a}, y[i])
		ADDQ(lda, a)
	}
	MOVQ(b, low)
	LEAQ(Mem{Base: b, Index: ldb, Scale: 4}, high)
	XORQ(index, index)
	MOVQ(vecs, left)
	SUBQ(U8(2), left)
	JL(LabelRef("one"))
	Label("two")
	for v := range 2 {
		VMOVUPS(Mem{Base: c, Index: index, Scale: 1, Disp: 32 * v}, y[8+v])
	}
	for i := range 8 {
		for v := range 2 {
			from := rowOf(low, high, ldb, three, i)
			from.Disp = 32 * v
			VFMADD231PS(from, y[i], y[8+v])
		}
	}
	for v := range 2 {
		VMOVUPS(y[8+v], Mem{Base: c, Index: index, Scale: 1, Disp: 32 * v})
	}
	ADDQ(U8(64), index)
	ADDQ(U8(64), low)
	ADDQ(U8(64), high)
	SUBQ(U8(2), left)
	JGE(LabelRef("two"))
	Label("one")
	ADDQ(U8(2), left)
	JZ(LabelRef("tail"))
	VMOVUPS(Mem{Base: c, Index: index, Scale: 1}, y[8])
	for i := range 8 {
		VFMADD231PS(rowOf(low, high, ldb, three, i), y[i], y[8])
	}
	VMOVUPS(y[8], Mem{Base: c, Index: index, Scale: 1})
	ADDQ(U8(32), index)
	ADDQ(U8(32), low)
	ADDQ(U8(32), high)
	Label("tail")
	TESTQ(tail, tail)
	JZ(LabelRef("next"))
	VMASKMOVPS(Mem{Base: c, Index: index, Scale: 1}, mask, y[8])
	for i := range 8 {
		VMASKMOVPS(rowOf(low, high, ldb, three, i), mask, y[9])
		VFMADD231PS(y[9], y[i], y[8])
	}
	VMASKMOVPS(y[8], mask, Mem{Base: c, Index: index, Scale: 1})
	Label("next")
	LEAQ(Mem{Base: b, Index: ldb, Scale: 8}, b)
	DECQ(eights)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

// copyPanels generates the copy of rows into panels that follow one another: a row of src is read at once.
func copyPanels() {
	TEXT("copyPanelsAVX2", NOSPLIT, "func(dst, src *byte, ldSrc, rows, panels, pairs int)")
	Doc("copyPanelsAVX2 copies rows into panels of 64*pairs bytes a row, each panel rows long.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	ldSrc, rows := Load(Param("ldSrc"), GP64()), Load(Param("rows"), GP64())
	panels, pairs := Load(Param("panels"), GP64()), Load(Param("pairs"), GP64())
	stride, to, from, panel, pair := GP64(), GP64(), GP64(), GP64(), GP64()
	MOVQ(pairs, stride)
	SHLQ(U8(6), stride)
	IMULQ(rows, stride) // from panel to panel, less what the copy of a row moves on
	MOVQ(pairs, pair)
	SHLQ(U8(6), pair)
	SUBQ(pair, stride)
	Label("row")
	MOVQ(dst, to)
	MOVQ(src, from)
	MOVQ(panels, panel)
	Label("panel")
	MOVQ(pairs, pair)
	Label("pair")
	VMOVUPS(Mem{Base: from}, reg.Y0)
	VMOVUPS(Mem{Base: from, Disp: 32}, reg.Y1)
	VMOVUPS(reg.Y0, Mem{Base: to})
	VMOVUPS(reg.Y1, Mem{Base: to, Disp: 32})
	ADDQ(U8(64), from)
	ADDQ(U8(64), to)
	DECQ(pair)
	JNZ(LabelRef("pair"))
	ADDQ(stride, to)
	DECQ(panel)
	JNZ(LabelRef("panel"))
	ADDQ(ldSrc, src)
	MOVQ(pairs, pair)
	SHLQ(U8(6), pair)
	ADDQ(pair, dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

func rowOf(low, high, ld, three reg.Register, i int) Mem {
	base := low
	if i >= 4 {
		base = high
	}
	switch i % 4 {
	case 1:
		return Mem{Base: base, Index: ld, Scale: 1}
	case 2:
		return Mem{Base: base, Index: ld, Scale: 2}
	case 3:
		return Mem{Base: base, Index: three, Scale: 1}
	}
	return Mem{Base: base}
}

// columns8 generates the transposition of up to eight rows, from which fewer columns than eight can be kept: a row of dst is
// always written whole, and the next one may begin inside it.
func columns8(masks Mem) {
	TEXT("columns8AVX2", NOSPLIT, "func(dst, src *byte, ldDst, ldSrc, rows, steps int)")
	Doc("columns8AVX2 writes 1 to 8 rows of src, steps float32 each, as the columns of steps rows of dst, each of 8; columns beyond",
		"rows repeat the last one. ldDst and ldSrc are in bytes. Rows of dst are written in order, up to a multiple of 8 of them.")
	Pragma("noescape")
	dst, at, ldDst := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("ldDst"), GP64())
	ldSrc, rows := Load(Param("ldSrc"), GP64()), Load(Param("rows"), GP64())
	from := make([]reg.GPVirtual, 8)
	for i := range from {
		from[i] = GP64()
		MOVQ(at, from[i])
		if i < 7 {
			next := GP64()
			LEAQ(Mem{Base: at, Index: ldSrc, Scale: 1}, next)
			CMPQ(rows, U8(i+1))
			CMOVQHI(next, at)
		}
	}
	steps, index := Load(Param("steps"), GP64()), GP64()
	XORQ(index, index)
	SUBQ(U8(8), steps)
	JL(LabelRef("rest"))
	Label("block")
	y := ymm()
	for i := range 4 { // the first half of a row and the second, of rows four apart
		for half := range 2 {
			VMOVUPS(Mem{Base: from[i], Index: index, Scale: 1, Disp: 16 * half}, y[2*i+half].AsX())
			VINSERTF128(U8(1), Mem{Base: from[i+4], Index: index, Scale: 1, Disp: 16 * half}, y[2*i+half], y[2*i+half])
		}
	}
	transposed(y, dst, ldDst)
	ADDQ(U8(32), index)
	SUBQ(U8(8), steps)
	JGE(LabelRef("block"))
	Label("rest")
	ADDQ(U8(8), steps)
	JZ(LabelRef("done"))
	mask := GP64()
	LEAQ(masks.Offset(32), mask)
	SHLQ(U8(2), steps)
	SUBQ(steps, mask)
	VMOVDQU(Mem{Base: mask}, y[15])
	for i := range 4 {
		VMASKMOVPS(Mem{Base: from[i], Index: index, Scale: 1}, y[15], y[8])
		VMASKMOVPS(Mem{Base: from[i+4], Index: index, Scale: 1}, y[15], y[9])
		VPERM2F128(U8(0x20), y[9], y[8], y[2*i])
		VPERM2F128(U8(0x31), y[9], y[8], y[2*i+1])
	}
	transposed(y, dst, ldDst)
	Label("done")
	VZEROUPPER()
	RET()
}

// transposed writes eight rows of dst from y[2i+h], which hold half h of rows i and i+4 of a block.
func transposed(y []reg.VecPhysical, dst, ldDst reg.Register) {
	for half := range 2 {
		a, b, c, d := y[half], y[2+half], y[4+half], y[6+half]
		VUNPCKLPS(b, a, y[8])
		VUNPCKHPS(b, a, y[9])
		VUNPCKLPS(d, c, y[10])
		VUNPCKHPS(d, c, y[11])
		for i := range 4 {
			VSHUFPS(U8(0x44+0xaa*(i%2)), y[10+i/2], y[8+i/2], y[12+i%2])
			VMOVUPS(y[12+i%2], Mem{Base: dst})
			ADDQ(ldDst, dst)
		}
	}
}
