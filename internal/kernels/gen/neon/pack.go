package main

// copies generates what packs operands of products.
func (p *program) copies() {
	p.copyRows()
	p.copyPanels()
	p.dots()
	p.transpose8()
}

func (p *program) copyRows() {
	f := p.function("copyRowsNEON", "dst, src *byte, ldDst, ldSrc, rows, vecs, tail int",
		"copies rows of vecs times 32 bytes and tail bytes (a multiple of 4, below 32), which are filled up to whole vectors of 16 with zeros")
	dst, src, ldDst, ldSrc := f.load("dst"), f.load("src"), f.load("ldDst"), f.load("ldSrc")
	rows, vecs, tail := f.load("rows"), f.load("vecs"), f.load("tail")
	to, from, left := f.gp(), f.gp(), f.gp()
	x, y, zero := f.vec(), f.vec(), f.vec()
	f.op(zeroAll, zero)
	f.label("row")
	f.line("MOVD %s, %s", dst, to)
	f.line("MOVD %s, %s", src, from)
	f.line("MOVD %s, %s", vecs, left)
	f.line("CBZ %s, tail", left)
	f.label("vector")
	f.move("FLDPQ.P 32("+string(from)+"), (F%d, F%d)", x, y)
	f.move("FSTPQ.P (F%d, F%d), 32("+string(to)+")", x, y)
	f.line("SUBS $1, %s", left)
	f.back("BNE", "vector")
	f.label("tail")
	f.line("CBZ %s, next", tail)
	f.move("FMOVQ F%d, ("+string(to)+")", zero)
	f.line("CMP $16, %s", tail)
	f.line("BLE words")
	f.move("FMOVQ F%d, 16("+string(to)+")", zero)
	f.label("words")
	f.line("MOVD %s, %s", tail, left)
	f.label("word")
	f.move("FMOVS.P 4("+string(from)+"), F%d", x)
	f.move("FMOVS.P F%d, 4("+string(to)+")", x)
	f.line("SUBS $4, %s", left)
	f.back("BNE", "word")
	f.label("next")
	f.line("ADD %s, %s", ldSrc, src)
	f.line("ADD %s, %s", ldDst, dst)
	f.line("SUBS $1, %s", rows)
	f.back("BNE", "row")
}

func (p *program) copyPanels() {
	f := p.function("copyPanelsNEON", "dst, src *byte, ldSrc, rows, panels, pairs int",
		"copies rows into panels of 64*pairs bytes a row, each panel rows long")
	dst, src, ldSrc, rows := f.load("dst"), f.load("src"), f.load("ldSrc"), f.load("rows")
	panels, pairs := f.load("panels"), f.load("pairs")
	to, from, panel, pair, width, stride := f.gp(), f.gp(), f.gp(), f.gp(), f.gp(), f.gp()
	f.line("LSL $6, %s, %s", pairs, width)
	f.line("MUL %s, %s, %s", rows, width, stride)
	f.line("SUB %s, %s", width, stride) // what the copy of a row does not move on
	f.label("row")
	f.line("MOVD %s, %s", dst, to)
	f.line("MOVD %s, %s", src, from)
	f.line("MOVD %s, %s", panels, panel)
	f.label("panel")
	f.line("MOVD %s, %s", pairs, pair)
	f.label("pair")
	for range 2 {
		x, y := f.vec(), f.vec()
		f.move("FLDPQ.P 32("+string(from)+"), (F%d, F%d)", x, y)
		f.move("FSTPQ.P (F%d, F%d), 32("+string(to)+")", x, y)
	}
	f.line("SUBS $1, %s", pair)
	f.back("BNE", "pair")
	f.line("ADD %s, %s", stride, to)
	f.line("SUBS $1, %s", panel)
	f.back("BNE", "panel")
	f.line("ADD %s, %s", ldSrc, src)
	f.line("ADD %s, %s", width, dst)
	f.line("SUBS $1, %s", rows)
	f.back("BNE", "row")
}

// dots computes products with four rows of b at a time, in two vectors of sums each.
func (p *program) dots() {
	f := p.function("dotsNEON", "c, a, b *float32, ldb, fours, blocks, accumulate int",
		"sets or adds 4*fours products of a with rows of b, 8*blocks elements each; ldb is in bytes")
	c, a, b, ldb := f.load("c"), f.load("a"), f.load("b"), f.load("ldb")
	fours, blocks, accumulate := f.load("fours"), f.load("blocks"), f.load("accumulate")
	from, left := f.gp(), f.gp()
	var rows [4]gp
	var sums [4][2]vec
	for i := range rows {
		rows[i], sums[i] = f.gp(), [2]vec{f.vec(), f.vec()}
	}
	f.label("rows")
	for i, r := range rows {
		f.line("MOVD %s, %s", b, r)
		f.line("ADD %s, %s", ldb, b)
		f.op(zeroAll, sums[i][0])
		f.op(zeroAll, sums[i][1])
	}
	f.line("MOVD %s, %s", a, from)
	f.line("MOVD %s, %s", blocks, left)
	f.label("block")
	x, y := f.vec(), f.vec()
	f.move("FLDPQ.P 32("+string(from)+"), (F%d, F%d)", x, y)
	for i, r := range rows {
		v, w := f.vec(), f.vec()
		f.move("FLDPQ.P 32("+string(r)+"), (F%d, F%d)", v, w)
		f.op(fmla, sums[i][0], x, v)
		f.op(fmla, sums[i][1], y, w)
	}
	f.line("SUBS $1, %s", left)
	f.back("BNE", "block")
	var s [4]vec
	for i := range s {
		s[i] = f.do(fadd, sums[i][0], sums[i][1])
	}
	total := f.do(faddp, f.do(faddp, s[0], s[1]), f.do(faddp, s[2], s[3]))
	f.line("CBZ %s, set", accumulate)
	old := f.vec()
	f.move("FMOVQ ("+string(c)+"), F%d", old)
	f.op(fadd, total, total, old)
	f.label("set")
	f.move("FMOVQ.P F%d, 16("+string(c)+")", total)
	f.line("SUBS $1, %s", fours)
	f.back("BNE", "rows")
}

// transpose8 turns blocks of eight by eight, as four of four by four.
func (p *program) transpose8() {
	f := p.function("transpose8NEON", "dst, src *byte, ldDst, ldSrc, blocks int",
		"writes eight rows of src, 8*blocks float32 each, as eight columns of dst; ldDst and ldSrc are in bytes")
	dst, src, ldDst, ldSrc, blocks := f.load("dst"), f.load("src"), f.load("ldDst"), f.load("ldSrc"), f.load("blocks")
	var rows [8]gp
	for i := range rows {
		rows[i] = f.gp()
		f.line("MOVD %s, %s", src, rows[i])
		f.line("ADD %s, %s", ldSrc, src)
	}
	f.label("block")
	var x [8][2]vec
	for i, r := range rows {
		x[i] = [2]vec{f.vec(), f.vec()}
		f.move("FLDPQ.P 32("+string(r)+"), (F%d, F%d)", x[i][0], x[i][1])
	}
	for half := range 2 {
		low := f.transposed([4]vec{x[0][half], x[1][half], x[2][half], x[3][half]})
		high := f.transposed([4]vec{x[4][half], x[5][half], x[6][half], x[7][half]})
		for i := range low {
			f.move("FSTPQ (F%d, F%d), ("+string(dst)+")", low[i], high[i])
			f.line("ADD %s, %s", ldDst, dst)
		}
	}
	f.line("SUBS $1, %s", blocks)
	f.back("BNE", "block")
}

// transposed turns four by four words.
func (f *function) transposed(x [4]vec) [4]vec {
	a, b := f.do(trn1, x[0], x[1]), f.do(trn2, x[0], x[1])
	c, d := f.do(trn1, x[2], x[3]), f.do(trn2, x[2], x[3])
	return [4]vec{f.do(trn1D, a, c), f.do(trn1D, b, d), f.do(trn2D, a, c), f.do(trn2D, b, d)}
}
