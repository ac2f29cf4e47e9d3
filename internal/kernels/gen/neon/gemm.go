package main

import (
	"fmt"
	"strings"
)

// Offsets of the elements of block in tile.go.
const (
	tileC = 8 * iota
	tileA
	tileB
	tileLdc
	tileRsa
	tileCsa
	tileLdb
	tileK
	tileOffs
	tileOffsEnd
	tileRows
	tileBlocks
	tileTail
	tileAccumulate
	tileBias
	tileRelu
)

// maxRows is the most rows of a kernel of so many vectors: 24 sums, so that four units with a latency of four cycles are busy.
var maxRows = map[int]int{1: 8, 2: 8, 3: 8, 4: 6, 8: 3}

// micro is one micro-kernel: rows by vecs vectors of c stay in registers while it walks along k. An element of a is read alone and
// multiplies by its lane; the operand with fewer registers is held for a step, the other passes through.
//
// There are no masks. If the last of several vectors is partial, it is read and written where it ends with the row instead, over
// lanes of the vector before, which it computes alike. A partial vector that is alone has its lanes read and written one by one,
// the last one in place of those that it lacks.
type micro struct {
	*function
	size, rows, vecs     int
	partial, elementwise bool

	acc, held, passing []vec
}

// General-purpose registers of a micro-kernel. Those of rows are the first.
const (
	args    gp = "R8"
	b       gp = "R9"
	bLast   gp = "R10" // of the partial vector
	csa     gp = "R11"
	ldb     gp = "R12"
	segment gp = "R13"
	end     gp = "R14"
	index   gp = "R15"
	steps   gp = "R19"
	second  gp = "R20" // offsets of the lanes of a lone partial vector
	third   gp = "R21"
	tmp     gp = "R22"
	last    gp = "R23"   // offset of the partial vector from the row's beginning
	atRow      = scratch // a vector of a

	// After the sum.
	c     = b
	at    = bLast
	ldc   = csa
	bias  = ldb
	atEnd = segment
)

// matrix generates the micro-kernels of one element size, and the Go table of them.
func (p *program) matrix(w *strings.Builder, size int) {
	float := fmt.Sprintf("F%d", 8*size)
	kernel := func(name string, rows, vecs int, elementwise bool) {
		fmt.Fprintf(w, "\t\t\t%d: {%s, %sm},\n", rows, name, name)
		for _, partial := range []bool{false, true} {
			m := &micro{size: size, rows: rows, vecs: vecs, partial: partial, elementwise: elementwise}
			if partial {
				name += "m"
			}
			m.function = p.function(name, "t *[16]uintptr", "computes the blocks that t describes")
			m.generate()
		}
	}
	fmt.Fprintf(w, "var tiles%sNEON = tileSet{\n\tlanes: %d,\n\tsize: %d,\n\tkernels: [9][9][2]func(*block){\n", float, 16/size, size)
	for _, vecs := range []int{1, 2, 3, 4, 8} {
		fmt.Fprintf(w, "\t\t%d: {\n", vecs)
		for rows := 1; rows <= maxRows[vecs]; rows++ {
			kernel(fmt.Sprintf("gemm%sNEONx%dx%d", float, rows, vecs), rows, vecs, false)
		}
		fmt.Fprint(w, "\t\t},\n")
	}
	fmt.Fprint(w, "\t},\n\tdepthwise: [9][2]func(*block){\n")
	for rows := 1; rows <= 8; rows++ {
		kernel(fmt.Sprintf("depthwise%sNEONx%d", float, rows), rows, 1, true)
	}
	fmt.Fprint(w, "\t},\n}\n\n")
}

func (m *micro) generate() {
	all := make([]vec, registers)
	for i := range all {
		all[i] = vec(i)
	}
	n := m.rows * m.vecs
	m.acc, all = all[:n], all[n:]
	if m.holdsA() {
		m.held, m.passing = all[:m.rows], all[m.rows:]
	} else {
		m.held, m.passing = all[:m.vecs], all[m.vecs:]
	}
	m.line("MOVD %s, %s", m.arg("t"), args)
	m.offsets()
	m.label("block")
	m.rowAddresses()
	m.sum()
	m.finish()
	m.line("MOVD %d(%s), %s", tileBlocks, args, tmp)
	m.line("SUBS $1, %s", tmp)
	m.line("MOVD %s, %d(%s)", tmp, tileBlocks, args)
	m.back("BNE", "block")
}

func (m *micro) holdsA() bool { return !m.elementwise && m.rows < m.vecs }

// pass returns the registers for what passes through in turn, so that loads run ahead.
func (m *micro) pass(i int) vec { return m.passing[i%len(m.passing)] }

func (m *micro) field(offset int, r gp) { m.line("MOVD %d(%s), %s", offset, args, r) }

func (m *micro) shift() int {
	if m.size == 4 {
		return 2
	}
	return 3
}

// offsets computes where a partial vector is.
func (m *micro) offsets() {
	if !m.partial {
		return
	}
	m.field(tileTail, last)
	if m.vecs > 1 {
		m.line("LSL $%d, %s", m.shift(), last)
		m.line("ADD $%d, %s", 16*(m.vecs-2), last)
		return
	}
	if m.size == 8 {
		return
	}
	m.line("SUB $1, %s, %s", last, third)
	m.line("LSL $2, %s", third)
	m.line("CMP $4, %s", third)
	m.line("MOVD $4, %s", tmp)
	m.line("CSEL LT, %s, %s, %s", third, tmp, second)
}

// rowAddresses finds the block's rows of a, in t.rows or t.rsa apart, and moves t on by a block.
func (m *micro) rowAddresses() {
	m.field(tileA, tmp)
	m.field(tileRows, end)
	m.line("CBZ %s, strided", end)
	for i := range m.rows {
		m.line("MOVD.P 8(%s), %s", end, general[i])
		m.line("ADD %s, %s", tmp, general[i])
	}
	m.line("MOVD %s, %d(%s)", end, tileRows, args)
	m.line("B ready")
	m.label("strided")
	m.field(tileRsa, end)
	for i := range m.rows {
		m.line("MOVD %s, %s", tmp, general[i])
		m.line("ADD %s, %s", end, tmp)
	}
	m.line("MOVD %s, %d(%s)", tmp, tileA, args)
	m.label("ready")
}

// sum accumulates the products of all segments.
func (m *micro) sum() {
	for _, r := range m.acc {
		m.op(zeroAll, r)
	}
	m.field(tileB, b)
	m.field(tileCsa, csa)
	m.field(tileLdb, ldb)
	m.field(tileOffs, segment)
	m.field(tileOffsEnd, end)
	if m.overlaps() {
		m.line("ADD %s, %s, %s", last, b, bLast)
	}
	m.label("segment")
	m.line("MOVD.P 8(%s), %s", segment, index)
	m.field(tileK, steps)
	m.label("step")
	m.step()
	m.line("ADD %s, %s", csa, index)
	m.line("ADD %s, %s", ldb, b)
	if m.overlaps() {
		m.line("ADD %s, %s", ldb, bLast)
	}
	m.line("SUBS $1, %s", steps)
	m.back("BNE", "step")
	m.line("CMP %s, %s", end, segment)
	m.back("BNE", "segment")
}

// overlaps reports whether the last vector is partial and overlaps the one before.
func (m *micro) overlaps() bool { return m.partial && m.vecs > 1 }

// step adds the products of one step.
func (m *micro) step() {
	if m.holdsA() {
		for i, r := range m.held {
			m.element(i, r)
		}
		for v := range m.vecs {
			r := m.pass(v)
			m.vectors(b, bLast, v, []vec{r}, "load")
			for i, x := range m.held {
				m.multiply(m.acc[i*m.vecs+v], r, x)
			}
		}
		return
	}
	m.vectors(b, bLast, 0, m.held, "load")
	for i := range m.rows {
		r := m.pass(i)
		if m.elementwise {
			m.line("ADD %s, %s, %s", index, general[i], atRow)
			m.vectors(atRow, "", 0, []vec{r}, "load")
		} else {
			m.element(i, r)
		}
		for v, x := range m.held {
			m.multiply(m.acc[i*m.vecs+v], x, r)
		}
	}
}

// element reads the element of row i of a.
func (m *micro) element(i int, r vec) {
	load := "FMOVS"
	if m.size == 8 {
		load = "FMOVD"
	}
	m.move(fmt.Sprintf("%s (%s)(%s), F%%d", load, general[i], index), r)
}

// multiply is sum += x*y, or x times the first lane of y.
func (m *micro) multiply(sum, x, y vec) {
	o := map[bool]map[int]op{true: {4: fmla, 8: fmlaD}, false: {4: fmlaE, 8: fmlaDE}}[m.elementwise][m.size]
	m.op(o, sum, x, y)
}
