package kernels

import (
	"math"
	"os"
	reflection "reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// The AVX-512 kernels are tested on any machine by interpreting their text.

// machine is the registers that the kernels use.
type machine struct {
	gp   map[string]uint64
	z    [32][64]byte
	k1   uint64
	zero bool
	arg  *block
}

// instruction is an opcode and its operands, as written.
type instruction struct {
	op   string
	args []string
}

// interpreted returns the kernels of a text of Go assembly, as functions.
func interpreted(text string) map[string]func(*block) {
	kernels := map[string]func(*block){}
	for _, body := range strings.Split(text, "\nTEXT ·")[1:] {
		name, rest, _ := strings.Cut(body, "(")
		if !strings.Contains(name, "AVX512") {
			continue
		}
		var code []instruction
		labels := map[string]int{}
		for _, line := range strings.Split(rest, "\n")[1:] {
			line = strings.TrimSpace(line)
			switch op, args, _ := strings.Cut(line, " "); {
			case line == "" || strings.HasPrefix(line, "//"):
			case strings.HasSuffix(line, ":"):
				labels[strings.TrimSuffix(line, ":")] = len(code)
			default:
				var list []string
				if args = strings.TrimSpace(args); args != "" {
					list = strings.Split(args, ", ")
				}
				code = append(code, instruction{op, list})
			}
		}
		kernels[name] = func(b *block) {
			m := machine{gp: map[string]uint64{}, arg: b}
			for pc := 0; code[pc].op != "RET"; {
				pc = m.step(code[pc], labels, pc)
			}
		}
	}
	return kernels
}

// step executes one instruction and returns the position of the next.
func (m *machine) step(in instruction, labels map[string]int, pc int) int {
	a := in.args
	switch in.op {
	case "JMP":
		return labels[a[0]]
	case "JZ", "JNZ", "JNE":
		if m.zero == (in.op == "JZ") {
			return labels[a[0]]
		}
	case "MOVQ":
		m.set(a[1], m.get(a[0]))
	case "ADDQ":
		m.set(a[1], m.get(a[1])+m.get(a[0]))
	case "DECQ":
		v := m.get(a[0]) - 1
		m.set(a[0], v)
		m.zero = v == 0
	case "TESTQ":
		m.zero = m.get(a[0])&m.get(a[1]) == 0
	case "CMPQ":
		m.zero = m.get(a[0]) == m.get(a[1])
	case "BZHIQ":
		m.set(a[2], m.get(a[1])&(1<<m.get(a[0])-1))
	case "KMOVW":
		m.k1 = m.get(a[0]) & 0xffff
	case "VZEROUPPER", "PCALIGN":
	default:
		m.vector(in.op, a)
	}
	return pc + 1
}

var memory = regexp.MustCompile(`^(-?\d*)\((\w+)\)(?:\((\w+)\*(\d)\))?$`)

// at returns the address of a memory operand.
func (m *machine) at(operand string) unsafe.Pointer {
	p := memory.FindStringSubmatch(operand)
	disp, _ := strconv.Atoi(p[1])
	scale, _ := strconv.Atoi(p[4])
	address := m.gp[p[2]] + uint64(disp)
	if p[3] != "" {
		address += m.gp[p[3]] * uint64(scale)
	}
	return unsafe.Add(unsafe.Pointer(nil), address)
}

func (m *machine) get(operand string) uint64 {
	switch {
	case operand == "t+0(FP)":
		return uint64(uintptr(unsafe.Pointer(m.arg)))
	case operand[0] == '$':
		v, err := strconv.ParseInt(operand[1:], 0, 64)
		if err != nil {
			panic(err)
		}
		return uint64(v)
	case strings.HasSuffix(operand, ")"):
		return *(*uint64)(m.at(operand))
	}
	return m.gp[operand]
}

func (m *machine) set(operand string, v uint64) {
	if strings.HasSuffix(operand, ")") {
		*(*uint64)(m.at(operand)) = v
		return
	}
	m.gp[operand] = v
}

// vector executes an instruction on registers of 64 bytes, as lanes of float32 or float64.
func (m *machine) vector(op string, a []string) {
	size := 4
	if strings.HasSuffix(strings.TrimSuffix(op, ".Z"), "D") && op != "VPXORD" {
		size = 8
	}
	mask := uint64(0xffff)
	if len(a) == 3 && a[1] == "K1" {
		mask = m.k1
		a = []string{a[0], a[2]}
	}
	var out [64]byte
	last := a[len(a)-1]
	for lane := range 64 / size {
		if mask>>lane&1 == 0 {
			continue
		}
		at := lane * size
		x := m.lane(a[0], at, size, strings.HasPrefix(op, "VBROADCAST"))
		switch op[:5] {
		case "VPXOR":
			x = 0
		case "VADDP":
			x += m.lane(a[1], at, size, false)
		case "VMAXP":
			if y := m.lane(a[1], at, size, false); y > x {
				x = y
			}
		case "VFMAD":
			x = math.FMA(x, m.lane(a[1], at, size, false), m.lane(a[2], at, size, false))
		}
		to := unsafe.Pointer(&out[at])
		if strings.HasSuffix(last, ")") {
			to = unsafe.Add(m.at(last), at)
		}
		if size == 4 {
			*(*float32)(to) = float32(x)
		} else {
			*(*float64)(to) = x
		}
	}
	if !strings.HasSuffix(last, ")") {
		m.z[number(last)] = out
	}
}

func number(register string) int {
	n, err := strconv.Atoi(register[1:])
	if register[0] != 'Z' || err != nil {
		panic("not a vector register: " + register)
	}
	return n
}

// lane returns the element at a position of a register or of memory, or the first one.
func (m *machine) lane(operand string, at, size int, first bool) float64 {
	var from unsafe.Pointer
	switch {
	case first:
		from = m.at(operand)
	case strings.HasSuffix(operand, ")"):
		from = unsafe.Add(m.at(operand), at)
	default:
		from = unsafe.Pointer(&m.z[number(operand)][at])
	}
	if size == 4 {
		return float64(*(*float32)(from))
	}
	return *(*float64)(from)
}

// interpretedSet replaces the kernels of a set by interpreted ones.
func interpretedSet(set tileSet, kernels map[string]func(*block), steps int) *tileSet {
	swap := func(f *func(*block)) {
		if *f != nil {
			name := runtime.FuncForPC(reflection.ValueOf(*f).Pointer()).Name()
			*f = kernels[name[strings.LastIndex(name, ".")+1:]]
		}
	}
	for v := range set.kernels {
		for r := range set.kernels[v] {
			for masked := range 2 {
				swap(&set.kernels[v][r][masked])
			}
		}
	}
	for r := range set.depthwise {
		for masked := range 2 {
			swap(&set.depthwise[r][masked])
		}
	}
	return prepare(&set, 3, steps)
}

func TestAVX512Interpreted(t *testing.T) {
	if tiles32 == nil {
		t.Skip("copies of rows need AVX2")
	}
	text, err := os.ReadFile("tile_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	defer func(a, b *tileSet) { tiles32, tiles64 = a, b }(tiles32, tiles64)
	kernels := interpreted(string(text))
	tiles32, tiles64 = interpretedSet(tilesF32AVX512, kernels, 7), interpretedSet(tilesF64AVX512, kernels, 5)
	tiles32.columns = columns8AVX2
	r := newRand()
	for _, m := range []int{1, 2, 3, 5, 8, 17} {
		for _, n := range []int{1, 15, 16, 33, 48, 130} {
			checkMatMul[float32](t, r, m, n, 9, (m+n)%8)
			checkMatMul[float64](t, r, m, n, 6, (m+n)%8)
			checkEpilogue[float32](t, r, m, n, 5, (m+n)%8|24)
		}
	}
	for _, s := range convCases[:10] {
		checkConv[float32](t, r, s)
	}
}
