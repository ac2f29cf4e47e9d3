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

// transpose8 generates dst[p][j] = src[j][p] for eight j and blocks of eight p of float32.
func transpose8() {
	TEXT("transpose8AVX2", NOSPLIT, "func(dst, src *byte, ldDst, ldSrc, blocks int)")
	Doc("transpose8AVX2 writes eight rows of src, 8*blocks float32 each, as eight columns of dst; ldDst and ldSrc are in bytes.")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	ldDst, ldSrc, blocks := Load(Param("ldDst"), GP64()), Load(Param("ldSrc"), GP64()), Load(Param("blocks"), GP64())
	low, high, three := GP64(), GP64(), GP64()
	y := ymm()
	MOVQ(src, low)
	LEAQ(Mem{Base: low, Index: ldSrc, Scale: 4}, high)
	LEAQ(Mem{Base: ldSrc, Index: ldSrc, Scale: 2}, three)
	Label("block")
	for i := range 8 {
		VMOVUPS(rowOf(low, high, ldSrc, three, i), y[i])
	}
	for i := range 4 { // pairs of rows, then quads, then halves
		VUNPCKLPS(y[2*i+1], y[2*i], y[8+2*i])
		VUNPCKHPS(y[2*i+1], y[2*i], y[9+2*i])
	}
	for i := range 2 {
		for j := range 2 {
			VSHUFPS(U8(0x44), y[8+4*i+2+j], y[8+4*i+j], y[4*i+2*j])
			VSHUFPS(U8(0xee), y[8+4*i+2+j], y[8+4*i+j], y[4*i+2*j+1])
		}
	}
	for i := range 4 {
		VPERM2F128(U8(0x20), y[4+i], y[i], y[8+i])
		VPERM2F128(U8(0x31), y[4+i], y[i], y[12+i])
	}
	for i := range 8 {
		VMOVUPS(y[8+i], Mem{Base: dst})
		ADDQ(ldDst, dst)
	}
	ADDQ(U8(32), low)
	ADDQ(U8(32), high)
	DECQ(blocks)
	JNZ(LabelRef("block"))
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
