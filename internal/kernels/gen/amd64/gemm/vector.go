package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (m *micro) zero(r reg.VecPhysical) {
	if m.bytes == 64 {
		VPXORD(r, r, r)
		return
	}
	VXORPS(r, r, r)
}

func (m *micro) move(from, to Op) {
	if m.size == 4 {
		VMOVUPS(from, to)
		return
	}
	VMOVUPD(from, to)
}

// loadVector loads vector v of a row; lanes that the mask leaves out become zero and are not read.
func (m *micro) loadVector(from Mem, to reg.VecPhysical, v int) {
	switch {
	case !m.partial(v):
		m.move(from, to)
	case m.bytes == 64 && m.size == 4:
		VMOVUPS_Z(from, reg.K1, to)
	case m.bytes == 64:
		VMOVUPD_Z(from, reg.K1, to)
	case m.size == 4:
		VMASKMOVPS(from, m.mask, to)
	default:
		VMASKMOVPD(from, m.mask, to)
	}
}

func (m *micro) storeVector(from reg.VecPhysical, to Mem, v int) {
	switch {
	case !m.partial(v):
		m.move(from, to)
	case m.bytes == 64 && m.size == 4:
		VMOVUPS(from, reg.K1, to)
	case m.bytes == 64:
		VMOVUPD(from, reg.K1, to)
	case m.size == 4:
		VMASKMOVPS(from, m.mask, to)
	default:
		VMASKMOVPD(from, m.mask, to)
	}
}

func (m *micro) broadcast(from Mem, to reg.VecPhysical) {
	if m.size == 4 {
		VBROADCASTSS(from, to)
		return
	}
	VBROADCASTSD(from, to)
}

// fma is sum += x*y.
func (m *micro) fma(x Op, y, sum reg.VecPhysical) {
	if m.size == 4 {
		VFMADD231PS(x, y, sum)
		return
	}
	VFMADD231PD(x, y, sum)
}

func (m *micro) add(x Op, sum reg.VecPhysical) {
	if m.size == 4 {
		VADDPS(x, sum, sum)
		return
	}
	VADDPD(x, sum, sum)
}

// max is to = max(x, y), x if one is NaN.
func (m *micro) max(x, y, to reg.VecPhysical) {
	if m.size == 4 {
		VMAXPS(x, y, to)
		return
	}
	VMAXPD(x, y, to)
}
