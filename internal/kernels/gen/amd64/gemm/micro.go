package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// micro is one micro-kernel: rows by vecs vectors of c stay in registers while it walks along k. For each segment, the index
// starts at the segment's offset and advances by csa; each row adds its own address. So a row of a matrix, a column, and the
// patches of a convolution are all read in place.
type micro struct {
	isa
	name       string
	size       int
	rows, vecs int
	masked     bool // the last vector is partial
	masks      Mem
	// elementwise multiplies vectors of a with vectors of b, lane by lane, instead of one element of a with a vector of b.
	elementwise bool

	acc, b           []reg.VecPhysical
	tmp, spare, mask reg.VecPhysical
	args             reg.GPVirtual
}

func (m *micro) generate() string {
	if m.masked && len(m.isa.masked) > 1 {
		m.name += "m"
	}
	TEXT(m.name, NOSPLIT, "func(t *[16]uintptr)")
	Doc(m.name + " computes the blocks that t describes.")
	Pragma("noescape")
	m.args = GP64()
	Load(Param("t"), m.args)
	m.registers()
	m.loadMask()
	Label("block")
	rows := m.rowAddresses()
	for _, r := range m.acc {
		m.zero(r)
	}
	m.sum(rows)
	m.store()
	DECQ(m.field(tileBlocks))
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
	return m.name
}

func (m *micro) field(offset int) Mem { return Mem{Base: m.args, Disp: offset} }

func (m *micro) load(offset int) reg.GPVirtual {
	r := GP64()
	MOVQ(m.field(offset), r)
	return r
}

// registers shares out the vector registers: sums first. A single row reads b as the operand of its multiply-add.
func (m *micro) registers() {
	n := m.rows * m.vecs
	m.acc = m.regs[:n]
	rest := m.regs[n:]
	if m.rows > 1 {
		m.b, rest = rest[:m.vecs], rest[m.vecs:]
	}
	m.tmp, m.spare = rest[0], rest[1]
	if m.masked && m.bytes == 32 {
		m.mask = m.spare
		if m.rows == 1 {
			m.mask = rest[2]
		}
	}
}

// loadMask makes the mask of t.tail elements: K1, or a vector.
func (m *micro) loadMask() {
	if !m.masked {
		return
	}
	tail := m.load(tileTail)
	if m.bytes == 64 {
		ones := GP64()
		MOVQ(I32(-1), ones)
		BZHIQ(tail, ones, ones)
		KMOVW(ones.As32(), reg.K1)
		return
	}
	table := GP64()
	LEAQ(m.masks.Offset(32), table)
	SHLQ(U8(log2(m.size)), tail)
	SUBQ(tail, table)
	VMOVDQU(Mem{Base: table}, m.mask)
}

func log2(size int) uint8 {
	if size == 4 {
		return 2
	}
	return 3
}

// rowAddresses returns the addresses of the block's rows of a, taken from t.rows or t.rsa apart, and moves t on by a block.
func (m *micro) rowAddresses() []reg.GPVirtual {
	at := make([]reg.GPVirtual, m.rows)
	for i := range at {
		at[i] = GP64()
	}
	a, table := m.load(tileA), m.load(tileRows)
	TESTQ(table, table)
	JZ(LabelRef("strided"))
	for i, r := range at {
		MOVQ(Mem{Base: table, Disp: 8 * i}, r)
		ADDQ(a, r)
	}
	ADDQ(U8(8*m.rows), table)
	MOVQ(table, m.field(tileRows))
	JMP(LabelRef("ready"))
	Label("strided")
	step := m.load(tileRsa)
	for _, r := range at {
		MOVQ(a, r)
		ADDQ(step, a)
	}
	MOVQ(a, m.field(tileA))
	Label("ready")
	return at
}

// sum accumulates the products of all segments.
func (m *micro) sum(rows []reg.GPVirtual) {
	b, csa, ldb, segment := m.load(tileB), m.load(tileCsa), m.load(tileLdb), m.load(tileOffs)
	index, k := GP64(), GP64()
	Label("segment")
	MOVQ(Mem{Base: segment}, index)
	MOVQ(m.field(tileK), k)
	align()
	Label("step")
	m.step(rows, index, b, csa, ldb)
	DECQ(k)
	JNZ(LabelRef("step"))
	ADDQ(U8(8), segment)
	CMPQ(segment, m.field(tileOffsEnd))
	JNE(LabelRef("segment"))
}

// step adds the products of one step and moves on.
func (m *micro) step(rows []reg.GPVirtual, index, b, csa, ldb reg.GPVirtual) {
	for v, r := range m.b {
		m.loadVector(Mem{Base: b, Disp: v * m.bytes}, r, v)
	}
	for i, row := range rows {
		m.multiply(i, Mem{Base: row, Index: index, Scale: 1}, b)
	}
	ADDQ(ldb, b)
	ADDQ(csa, index)
}

// multiply adds the products of row i, whose element or vector of a is given.
func (m *micro) multiply(i int, a Mem, b reg.GPVirtual) {
	sums := m.acc[i*m.vecs:][:m.vecs]
	if m.elementwise {
		x := m.b
		if len(x) == 0 {
			x = []reg.VecPhysical{m.spare}
			m.loadVector(Mem{Base: b}, m.spare, 0)
		}
		if m.masked {
			m.loadVector(a, m.tmp, 0)
			m.fma(m.tmp, x[0], sums[0])
		} else {
			m.fma(a, x[0], sums[0])
		}
		return
	}
	m.broadcast(a, m.tmp)
	for v, s := range sums {
		from := Mem{Base: b, Disp: v * m.bytes}
		switch {
		case len(m.b) > 0:
			m.fma(m.tmp, m.b[v], s)
		case m.partial(v):
			m.loadVector(from, m.spare, v)
			m.fma(m.spare, m.tmp, s)
		default:
			m.fma(from, m.tmp, s)
		}
	}
}

// store writes the block to c, or adds it, with the epilogue that t asks for, and moves t.c on.
func (m *micro) store() {
	c, ldc, accumulate := m.load(tileC), m.load(tileLdc), m.load(tileAccumulate)
	TESTQ(accumulate, accumulate)
	JZ(LabelRef("set"))
	at := GP64()
	MOVQ(c, at)
	for i := range m.rows {
		for v := range m.vecs {
			mem := Mem{Base: at, Disp: v * m.bytes}
			if m.partial(v) {
				m.loadVector(mem, m.tmp, v)
				m.add(m.tmp, m.acc[i*m.vecs+v])
			} else {
				m.add(mem, m.acc[i*m.vecs+v])
			}
		}
		ADDQ(ldc, at)
	}
	Label("set")
	m.bias()
	m.relu()
	for i := range m.rows {
		for v := range m.vecs {
			m.storeVector(m.acc[i*m.vecs+v], Mem{Base: c, Disp: v * m.bytes}, v)
		}
		ADDQ(ldc, c)
	}
	MOVQ(c, m.field(tileC))
}

// bias adds t.bias to each row.
func (m *micro) bias() {
	bias := m.load(tileBias)
	TESTQ(bias, bias)
	JZ(LabelRef("biased"))
	for v := range m.vecs {
		mem := Mem{Base: bias, Disp: v * m.bytes}
		switch {
		case len(m.b) > 0:
			m.loadVector(mem, m.b[v], v)
			for i := range m.rows {
				m.add(m.b[v], m.acc[i*m.vecs+v])
			}
		case m.partial(v):
			m.loadVector(mem, m.tmp, v)
			m.add(m.tmp, m.acc[v])
		default:
			m.add(mem, m.acc[v])
		}
	}
	Label("biased")
}

// relu makes zero of what is negative, and +0 of -0 by an addition; NaN is the second operand of its maximum and stays.
func (m *micro) relu() {
	relu := m.load(tileRelu)
	TESTQ(relu, relu)
	JZ(LabelRef("rectified"))
	m.zero(m.tmp)
	for _, r := range m.acc {
		m.max(r, m.tmp, r)
		m.add(m.tmp, r)
	}
	Label("rectified")
}

// partial reports whether vector v of a row is the masked one.
func (m *micro) partial(v int) bool { return m.masked && v == m.vecs-1 }

// align begins the next instruction at a line of the processor's cache of instructions, so that a loop's speed does not depend on
// what stands before it.
func align() {
	Instruction(&ir.Instruction{Opcode: "PCALIGN", Operands: []Op{U8(64)}})
}
