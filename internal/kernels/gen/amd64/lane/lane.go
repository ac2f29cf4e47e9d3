// Package lane has what the generators of kernels for amd64 write again and again: constants in all lanes of a register, labels,
// arguments.
package lane

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Lanes is the number of float32 in a register.
const Lanes = 8

var labels int

// Unique is a label that no other code uses.
func Unique(name string) string {
	labels++
	return fmt.Sprintf("%s%d", name, labels)
}

// Argument is where a parameter of the function lies.
func Argument(name string) Mem {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

var constants = map[uint32]Mem{}

// Bits is the address of a word in all lanes.
func Bits(v uint32) Mem {
	m, ok := constants[v]
	if !ok {
		m = GLOBL(fmt.Sprintf("lanes%08x", v), RODATA|NOPTR)
		for i := range Lanes {
			DATA(4*i, U32(v))
		}
		constants[v] = m
	}
	return m
}

// Number is the address of a number in all lanes.
func Number(v float64) Mem { return Bits(math.Float32bits(float32(v))) }

// Broadcast is a number in all lanes of a register.
func Broadcast(v float64) VecVirtual {
	y := YMM()
	VMOVUPS(Number(v), y)
	return y
}

// Zeros is 0 in all lanes of a register.
func Zeros() VecVirtual {
	y := YMM()
	VXORPS(y, y, y)
	return y
}
