// Command winograd writes the AVX2 assembly of the transforms of Winograd's convolution in internal/kernels: F(2x2, 3x3) of
// "Fast Algorithms for Convolutional Neural Networks" (Lavin and Gray, 2015). The Go side is winograd.go.
//
// Each transform takes a small square of vectors, multiplies it by a constant matrix from both sides, and writes a square of
// another size: combine describes the matrix by what it does to one column.
//
// Run it with "go generate ./internal/kernels" from the root of the module.
package main

import (
	"math"

	. "github.com/gorgonin/gorgonin/internal/kernels/gen/amd64/lane"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	inputs()
	outputs()
	gradients()
	half := halves()
	kernels(half)
	kernelGradients(half)
	Generate()
}

// Coefficients that a matrix has besides zero.
const (
	plus  = 1
	minus = -1
)

// The matrices; each row lists the coefficients of one result, the first not negative.
var (
	inputMatrix    = [][]int{{plus, 0, minus, 0}, {0, plus, plus, 0}, {0, minus, plus, 0}, {0, minus, 0, plus}}
	outputMatrix   = [][]int{{plus, plus, plus, 0}, {0, plus, minus, plus}}
	gradientMatrix = [][]int{{plus, 0}, {plus, plus}, {plus, minus}, {0, plus}}
)

// combined returns the sum of x with the coefficients. The register is new unless x itself is the result.
func combined(coefficients []int, x []VecVirtual) VecVirtual {
	var sum VecVirtual
	for i, c := range coefficients { // a positive one begins
		if c == plus {
			sum = x[i]
			coefficients = append([]int(nil), coefficients...)
			coefficients[i] = 0
			break
		}
	}
	for i, c := range coefficients {
		y := sum
		switch c {
		case plus:
			y = YMM()
			VADDPS(x[i], sum, y)
		case minus:
			y = YMM()
			VSUBPS(x[i], sum, y)
		}
		sum = y
	}
	return sum
}

// both multiplies a square from both sides and hands each row of the result to use. Rows of the square are loaded when they
// are needed.
func both(matrix [][]int, load func(row, column int) VecVirtual, use func(row int, results []VecVirtual)) {
	n := len(matrix[0])
	for r, coefficients := range matrix {
		columns := make([]VecVirtual, n)
		for c := range columns {
			x := make([]VecVirtual, n)
			for i, k := range coefficients {
				if k != 0 {
					x[i] = load(i, c)
				}
			}
			columns[c] = combined(coefficients, x)
		}
		results := make([]VecVirtual, len(matrix))
		for i, k := range matrix {
			results[i] = combined(k, columns)
		}
		use(r, results)
	}
}

// grid addresses a square of vectors: rows of pixels.
type grid struct {
	rows       []Register
	one, three Register // bytes from column to column, and three times as many
}

// newGrid returns the square that starts at first; step and pitch are bytes from column to column and row to row.
func newGrid(first, step, pitch Register, rows, columns int) *grid {
	g := &grid{one: step}
	for r := range rows {
		at := GP64()
		if r == 0 {
			MOVQ(first, at)
		} else {
			LEAQ(Mem{Base: g.rows[r-1], Index: pitch, Scale: 1}, at)
		}
		g.rows = append(g.rows, at)
	}
	if columns > 3 {
		g.three = GP64()
		LEAQ(Mem{Base: step, Index: step, Scale: 2}, g.three)
	}
	return g
}

func (g *grid) at(row, column int) Mem {
	m := Mem{Base: g.rows[row]}
	switch column {
	case 1, 2:
		m.Index, m.Scale = g.one, uint8(column)
	case 3:
		m.Index, m.Scale = g.three, 1
	}
	return m
}

func (g *grid) load(row, column int) VecVirtual {
	y := YMM()
	VMOVUPS(g.at(row, column), y)
	return y
}

func (g *grid) store(row int, results []VecVirtual) {
	for c, y := range results {
		VMOVUPS(y, g.at(row, c))
	}
}

// move moves the square by a number of bytes.
func (g *grid) move(by Op) {
	for _, r := range g.rows {
		ADDQ(by, r)
	}
}

func begin(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, "func("+signature+")")
	Pragma("noescape")
	Doc(doc...)
}

func load(name string) Register { return Load(Param(name), GP64()) }

// tiles writes the loops over tiles and registers of channels. Arguments, in bytes: from and to with the steps between columns
// and rows of their squares, and what to add to get to the next tile once the channels are done.
func tiles(in, out int, body func(from, to *grid), bias Register) {
	from := newGrid(load("from"), load("fromStep"), load("fromPitch"), in, in)
	to := newGrid(load("to"), load("toStep"), load("toPitch"), out, out)
	vecs := GP64()
	Label("tile")
	MOVQ(Argument("vecs"), vecs)
	if bias != nil {
		MOVQ(Argument("bias"), bias)
	}
	Label("channels")
	body(from, to)
	from.move(Imm(32))
	to.move(Imm(32))
	if bias != nil {
		ADDQ(Imm(32), bias)
	}
	DECQ(vecs)
	JNZ(LabelRef("channels"))
	from.move(Argument("fromNext"))
	to.move(Argument("toNext"))
	DECQ(Argument("count"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

const tileArgs = "to, from *float32, toStep, toPitch, toNext, fromStep, fromPitch, fromNext, count, vecs int"

var tileDoc = []string{
	"Each square has columns Step bytes apart and rows Pitch bytes apart; behind vecs*8 channels the next tile is Next bytes on.",
}

func inputs() {
	begin("winogradInputAVX2", tileArgs, append([]string{"winogradInputAVX2 transforms count squares of 4x4 pixels."}, tileDoc...)...)
	tiles(4, 4, func(from, to *grid) { both(inputMatrix, from.load, to.store) }, nil)
}

func gradients() {
	begin("winogradGradAVX2", tileArgs, append([]string{"winogradGradAVX2 transforms count squares of 2x2 gradients to 4x4."}, tileDoc...)...)
	tiles(2, 4, func(from, to *grid) { both(gradientMatrix, from.load, to.store) }, nil)
}

func outputs() {
	begin("winogradOutputAVX2", tileArgs+", bias *float32, floor float32",
		append([]string{"winogradOutputAVX2 transforms count squares of 4x4 sums to 2x2 pixels, adds a bias to each channel, and takes the",
			"maximum with floor; NaN stays."}, tileDoc...)...)
	bias, floor := GP64(), YMM()
	VBROADCASTSS(Argument("floor"), floor)
	tiles(4, 2, func(from, to *grid) {
		both(outputMatrix, from.load, func(row int, results []VecVirtual) {
			for _, y := range results {
				VADDPS(Mem{Base: bias}, y, y)
				VMAXPS(y, floor, y)
			}
			to.store(row, results)
		})
	}, bias)
}

// halves is the address of 1/2.
func halves() Mem {
	m := GLOBL("winogradHalf", RODATA|NOPTR)
	DATA(0, U32(math.Float32bits(0.5)))
	return m
}

func broadcast(m Mem) VecVirtual {
	y := YMM()
	VBROADCASTSS(m, y)
	return y
}

// planes writes a loop over vecs registers that are in squares of planes.
func planes(in, out int, body func(from, to *grid)) {
	from := newGrid(load("from"), load("fromStep"), load("fromPitch"), in, in)
	to := newGrid(load("to"), load("toStep"), load("toPitch"), out, out)
	vecs := load("vecs")
	Label("loop")
	body(from, to)
	from.move(Imm(32))
	to.move(Imm(32))
	DECQ(vecs)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

const planeArgs = "to, from *float32, toStep, toPitch, fromStep, fromPitch, vecs int"

func kernels(half Mem) {
	begin("winogradKernelAVX2", planeArgs, "winogradKernelAVX2 transforms vecs*8 kernels of 3x3 taps to 4x4. Columns are Step bytes apart, rows Pitch bytes.")
	h := broadcast(half)
	planes(3, 4, func(from, to *grid) {
		spread := func(x [3]VecVirtual) [4]VecVirtual { // x0, (x0+x1+x2)/2, (x0-x1+x2)/2, x2
			outer, a, b := YMM(), YMM(), YMM()
			VADDPS(x[2], x[0], outer)
			VADDPS(x[1], outer, a)
			VSUBPS(x[1], outer, b)
			VMULPS(h, a, a)
			VMULPS(h, b, b)
			return [4]VecVirtual{x[0], a, b, x[2]}
		}
		for c := range 3 { // columns first, into the places of the result
			down := spread([3]VecVirtual{from.load(0, c), from.load(1, c), from.load(2, c)})
			for r, y := range down {
				VMOVUPS(y, to.at(r, c))
			}
		}
		for r := range 4 {
			across := spread([3]VecVirtual{to.load(r, 0), to.load(r, 1), to.load(r, 2)})
			to.store(r, across[:])
		}
	})
}

func kernelGradients(half Mem) {
	begin("winogradKernelGradAVX2", planeArgs,
		"winogradKernelGradAVX2 transforms vecs*8 squares of 4x4 sums to gradients of 3x3 taps; see winogradKernelAVX2. It overwrites the sums.")
	h := broadcast(half)
	planes(4, 3, func(from, to *grid) {
		gather := func(x [4]VecVirtual) [3]VecVirtual { // x0+(x1+x2)/2, (x1-x2)/2, (x1+x2)/2+x3
			sum, difference, first, last := YMM(), YMM(), YMM(), YMM()
			VADDPS(x[2], x[1], sum)
			VSUBPS(x[2], x[1], difference)
			VMULPS(h, sum, sum)
			VMULPS(h, difference, difference)
			VADDPS(sum, x[0], first)
			VADDPS(sum, x[3], last)
			return [3]VecVirtual{first, difference, last}
		}
		for c := range 4 {
			down := gather([4]VecVirtual{from.load(0, c), from.load(1, c), from.load(2, c), from.load(3, c)})
			for r, y := range down {
				VMOVUPS(y, from.at(r, c))
			}
		}
		for r := range 3 {
			across := gather([4]VecVirtual{from.load(r, 0), from.load(r, 1), from.load(r, 2), from.load(r, 3)})
			to.store(r, across[:])
		}
	})
}
