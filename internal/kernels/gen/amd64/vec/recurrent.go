package main

import (
	"fmt"
	"strings"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// recurrent writes a row of a step of recurrent layers.
func recurrent() {
	cells("lstmCellAVX2", "gates, s, z, c, h, ys, hs, cs", "a row of a step of long short-term memory: see cells.lstm", []string{"z", "gates"}, lstmGates, lstmState)
	cells("lstmGradAVX2", "dz, out, gates, before, dys, dh, dc", "the gradient of a row of a step of long short-term memory: see cells.lstmGrad", []string{"gates", "out"}, lstmGrad)
	cells("gruCellAVX2", "gates, s, x, bias, h, ys, hs", "a row of a step of gated recurrent units: see cells.gru", []string{"x"}, gruReset, gruState)
	cells("gruGradAVX2", "dx, ds, out, gates, before, dys, dh", "the gradient of a row of a step of gated recurrent units: see cells.gruGrad", []string{"gates"}, gruGrad)
}

// lane is 8 units of a row: operands by name, and gates of them.
type lane struct {
	base map[string]Register
	at   []Register // of each gate
}

// mem is the place of a gate of an operand; those of one value for each unit have gate 0 only.
func (l lane) mem(name string, gate int) Mem {
	return Mem{Base: l.base[name], Index: l.at[gate], Scale: 4}
}

func (l lane) load(name string, gate int) VecVirtual {
	y := YMM()
	VMOVUPS(l.mem(name, gate), y)
	return y
}

func (l lane) store(y VecVirtual, name string, gate int) { VMOVUPS(y, l.mem(name, gate)) }

// fetch asks for what the step after will read or write of an operand.
func (l lane) fetch(name string, gates int) {
	for g := range gates {
		PREFETCHT1(l.mem("next "+name, g))
	}
}

// cells writes loops over the units of a row, one after the other: what a unit waits for long is left to the next loop, so that
// the processor has several units at work.
func cells(name, operands, doc string, soon []string, loops ...func(l lane)) {
	TEXT(name, NOSPLIT, "func("+operands+" *float32, stride, n, ahead int)")
	Pragma("noescape")
	Doc(name + " is " + doc + ". Gates are stride elements apart; n is a multiple of 8, and not 0. The step after is ahead bytes away.")
	l := lane{base: map[string]Register{}}
	for _, o := range strings.Split(operands, ", ") {
		l.base[o] = Load(Param(o), GP64())
	}
	const gates = 4
	for _, o := range soon {
		next := Load(Param("ahead"), GP64())
		ADDQ(l.base[o], next)
		l.base["next "+o] = next
	}
	n := GP64()
	for range gates {
		l.at = append(l.at, GP64())
	}
	for k, body := range loops {
		Load(Param("stride"), n)
		XORQ(l.at[0], l.at[0])
		for g := 1; g < gates; g++ {
			LEAQ(Mem{Base: l.at[g-1], Index: n, Scale: 1}, l.at[g])
		}
		Load(Param("n"), n)
		label := fmt.Sprintf("units%d", k)
		Label(label)
		body(l)
		for _, i := range l.at {
			ADDQ(Imm(Lanes), i)
		}
		SUBQ(Imm(Lanes), n)
		JNZ(LabelRef(label))
	}
	leave()
}

// gate is the sigmoid with one step less than the function has: below -87 it is 1e-38 instead of 0.
func gate(x VecVirtual) VecVirtual {
	y := into(VXORPS, Bits(1<<31), x)
	y = into(VMINPS, y, Broadcast(87)) // NaN stays: it is the second operand of the instruction
	y = into(VMAXPS, y, Broadcast(-87))
	e := expSmall(y)
	one := Broadcast(1)
	return into(VDIVPS, into(VADDPS, one, e), one)
}

// lstmGates makes the gates and c after a step.
func lstmGates(l lane) {
	l.fetch("z", 4)
	l.fetch("gates", 4)
	z := func(gate int) VecVirtual { return into(VADDPS, l.mem("z", gate), l.load("s", gate)) }
	i := gate(z(0))
	l.store(i, "gates", 0)
	g := tanh(z(2))
	l.store(g, "gates", 2)
	VMULPS(i, g, g)
	f := gate(z(1))
	l.store(f, "gates", 1)
	c := l.load("c", 0)
	l.store(c, "cs", 0)
	VFMADD213PS(g, f, c)
	l.store(c, "c", 0)
	l.store(gate(z(3)), "gates", 3)
}

// lstmState makes h after a step.
func lstmState(l lane) {
	l.store(l.load("h", 0), "hs", 0)
	h := into(VMULPS, l.mem("gates", 3), tanh(l.load("c", 0)))
	l.store(h, "h", 0)
	l.store(h, "ys", 0)
}

// lstmGrad makes the cotangents of the gates before their activations and of c before the step.
func lstmGrad(l lane) {
	l.fetch("gates", 4)
	l.fetch("out", 4)
	i, f, g, o := l.load("gates", 0), l.load("gates", 1), l.load("gates", 2), l.load("gates", 3)
	before := l.load("before", 0)
	c := into(VMULPS, before, f)
	VFMADD231PS(i, g, c)
	t := tanh(c)
	dh := into(VADDPS, l.mem("dys", 0), l.load("dh", 0))
	both := func(y VecVirtual, gate int) {
		l.store(y, "dz", gate)
		l.store(y, "out", gate)
	}
	e := into(VMULPS, o, dh) // through tanh(c)
	VMULPS(tanhSlope(t), e, e)
	VADDPS(l.mem("dc", 0), e, e)
	both(into(VMULPS, into(VMULPS, dh, t), sigmoidSlope(o)), 3)
	l.store(into(VMULPS, e, f), "dc", 0)
	both(into(VMULPS, into(VMULPS, e, before), sigmoidSlope(f)), 1)
	both(into(VMULPS, into(VMULPS, e, g), sigmoidSlope(i)), 0)
	both(into(VMULPS, into(VMULPS, e, i), tanhSlope(g)), 2)
}

// tanhSlope is 1 - y².
func tanhSlope(y VecVirtual) VecVirtual {
	d := Broadcast(1)
	VFNMADD231PS(y, y, d)
	return d
}

// sigmoidSlope is y (1 - y).
func sigmoidSlope(y VecVirtual) VecVirtual { return into(VMULPS, y, into(VSUBPS, y, Broadcast(1))) }

// gruReset makes the update gate and what the new state is before its activation.
func gruReset(l lane) {
	l.fetch("x", 3)
	s := func(gate int) VecVirtual { return into(VADDPS, l.mem("bias", gate), l.load("s", gate)) }
	l.store(gate(into(VADDPS, l.mem("x", 0), s(0))), "gates", 0)
	r := gate(into(VADDPS, l.mem("x", 1), s(1)))
	l.store(r, "gates", 1)
	inner := s(2)
	l.store(inner, "gates", 3)
	VFMADD213PS(l.mem("x", 2), r, inner)
	l.store(inner, "gates", 2)
}

// gruState makes the new state and h after a step.
func gruState(l lane) {
	n := tanh(l.load("gates", 2))
	l.store(n, "gates", 2)
	h := l.load("h", 0)
	l.store(h, "hs", 0)
	VSUBPS(n, h, h) // z·h + (1-z)·n = z·(h-n) + n
	VFMADD132PS(l.mem("gates", 0), n, h)
	l.store(h, "h", 0)
	l.store(h, "ys", 0)
}

// gruGrad makes the cotangents of what the input and the recurrent kernel give to the gates, and the part of that of h before the step
// that does not go through the kernel.
func gruGrad(l lane) {
	l.fetch("gates", 4)
	z, r, n := l.load("gates", 0), l.load("gates", 1), l.load("gates", 2)
	dh := into(VADDPS, l.mem("dys", 0), l.load("dh", 0))
	dn := into(VMULPS, into(VSUBPS, z, Broadcast(1)), dh)
	VMULPS(tanhSlope(n), dn, dn)
	dz := into(VMULPS, dh, into(VSUBPS, n, l.load("before", 0)))
	VMULPS(sigmoidSlope(z), dz, dz)
	dr := into(VMULPS, l.mem("gates", 3), dn)
	VMULPS(sigmoidSlope(r), dr, dr)
	for _, to := range []string{"dx", "ds", "out"} {
		l.store(dz, to, 0)
		l.store(dr, to, 1)
	}
	l.store(dn, "dx", 2)
	VMULPS(r, dn, dn)
	l.store(dn, "ds", 2)
	l.store(dn, "out", 2)
	l.store(into(VMULPS, z, dh), "dh", 0)
}
