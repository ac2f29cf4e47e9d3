package main

import (
	"fmt"
	"slices"
)

// vectors loads or stores registers from vector first on of the row at an address; the last vector of an overlapping row is at
// lastAt.
func (m *micro) vectors(base, lastAt gp, first int, regs []vec, how string) {
	alone := m.partial && m.vecs == 1
	for i := 0; i < len(regs); i++ {
		v := first + i
		switch {
		case alone:
			m.lanes(base, regs[i], how)
		case m.overlaps() && v == m.vecs-1:
			m.move(place("FMOVQ", how, fmt.Sprintf("(%s)", lastAt), "F%d"), regs[i])
		case i+1 < len(regs) && !(m.overlaps() && v+1 == m.vecs-1):
			name := map[string]string{"load": "FLDPQ", "store": "FSTPQ"}[how]
			m.move(place(name, how, fmt.Sprintf("%d(%s)", 16*v, base), "(F%d, F%d)"), regs[i], regs[i+1])
			i++
		default:
			m.move(place("FMOVQ", how, fmt.Sprintf("%d(%s)", 16*v, base), "F%d"), regs[i])
		}
	}
}

func place(name, how, memory, regs string) string {
	if how == "load" {
		return name + " " + memory + ", " + regs
	}
	return name + " " + regs + ", " + memory
}

// lanes loads or stores a lone partial vector. Storing the first lane last puts what missing lanes overwrote right.
func (m *micro) lanes(base gp, r vec, how string) {
	moves := []func(){
		func() {
			m.move(place(map[int]string{4: "FMOVS", 8: "FMOVD"}[m.size], how, fmt.Sprintf("(%s)", base), "F%d"), r)
		},
	}
	if m.size == 4 {
		for lane, offset := range []gp{second, third} {
			moves = append(moves, func() {
				m.line("ADD %s, %s, %s", offset, base, tmp)
				m.move(place(map[string]string{"load": "VLD1", "store": "VST1"}[how], how, fmt.Sprintf("(%s)", tmp), fmt.Sprintf("V%%d.S[%d]", lane+1)), r)
			})
		}
	}
	if how == "store" {
		slices.Reverse(moves)
	}
	for _, move := range moves {
		move()
	}
}

// finish writes the block to c, or adds it, with the epilogue that t asks for, and moves t.c on. It reads all of the block
// before it writes: vectors may overlap.
func (m *micro) finish() {
	m.field(tileC, c)
	m.field(tileLdc, ldc)
	m.field(tileAccumulate, tmp)
	m.line("CBZ %s, set", tmp)
	m.line("MOVD %s, %s", c, at)
	m.eachRow(at, func(i int) {
		for v := range m.vecs {
			r := m.pass(v)
			m.vectors(at, atEnd, v, []vec{r}, "load")
			m.sumInto(m.acc[i*m.vecs+v], r)
		}
	})
	m.label("set")
	m.field(tileBias, bias)
	m.line("CBZ %s, biased", bias)
	if m.overlaps() {
		m.line("ADD %s, %s, %s", last, bias, atEnd)
	}
	for v := range m.vecs {
		r := m.pass(v)
		m.vectors(bias, atEnd, v, []vec{r}, "load")
		for i := range m.rows {
			m.sumInto(m.acc[i*m.vecs+v], r)
		}
	}
	m.label("biased")
	m.field(tileRelu, tmp)
	m.line("CBZ %s, rectified", tmp)
	zero := m.op(zeroAll, m.pass(0))
	for _, r := range m.acc {
		m.op(map[int]op{4: fmax, 8: fmaxD}[m.size], r, r, zero)
	}
	m.label("rectified")
	m.eachRow(c, func(i int) { m.vectors(c, atEnd, 0, m.acc[i*m.vecs:][:m.vecs], "store") })
	m.line("MOVD %s, %d(%s)", c, tileC, args)
}

// eachRow calls body for the rows of c and moves the address on.
func (m *micro) eachRow(at gp, body func(i int)) {
	for i := range m.rows {
		if m.overlaps() {
			m.line("ADD %s, %s, %s", last, at, atEnd)
		}
		body(i)
		m.line("ADD %s, %s", ldc, at)
	}
}

func (m *micro) sumInto(sum, x vec) { m.op(map[int]op{4: fadd, 8: faddD}[m.size], sum, sum, x) }
