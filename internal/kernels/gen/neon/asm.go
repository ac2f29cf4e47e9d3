package main

import (
	"fmt"
	"slices"
	"strings"
)

// vec is a vector register: one of the machine's 32, or from there on one that alloc replaces by such.
type vec int

const registers = 32

// gp is a general-purpose register.
type gp string

// general is the general-purpose registers that functions of Go assembly may use freely, but for two with a purpose.
var general = []gp{"R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "R19", "R20",
	"R21", "R22", "R23"}

const (
	tableAt gp = "R24" // the address of the constants
	scratch gp = "R25" // what is used at once
)

// instruction is a line of assembly. Its vector registers stand for the verbs of text, and are the fields Rd, Rn and Rm of word
// where Go's assembler has no name for the instruction.
type instruction struct {
	text        string
	word        uint32
	regs        []vec
	label, jump string // what the line is, or goes back to
}

// function is a function in the making.
type function struct {
	name, params string
	doc          string
	offsets      map[string]int
	size         int
	code         []instruction
	vecs, gps    int
}

// program is a file in the making.
type program struct {
	functions []*function
	constants [][2]uint64
}

// function begins a function with parameters written as in Go: "dst, a []float32, b float32".
func (p *program) function(name, params, doc string) *function {
	f := &function{name: name, params: params, doc: doc, vecs: registers}
	f.layOut()
	p.functions = append(p.functions, f)
	return f
}

// layOut finds the place of each parameter on the stack.
func (f *function) layOut() {
	f.offsets = map[string]int{}
	in, out, _ := strings.Cut(f.params, ") (")
	names := strings.Split(in, ", ")
	types := make([]string, len(names))
	for i := len(names) - 1; i >= 0; i-- {
		name, kind, typed := strings.Cut(names[i], " ")
		if !typed {
			kind = types[i+1]
		}
		names[i], types[i] = name, kind
	}
	if out != "" {
		name, kind, _ := strings.Cut(out, " ")
		names, types = append(names, name), append(types, kind)
	}
	for i, name := range names {
		bytes := 8
		switch types[i] {
		case "float32", "uint32":
			bytes = 4
		}
		align := bytes
		if name+" "+types[i] == out {
			align = 8
		}
		at := (f.size + align - 1) &^ (align - 1)
		f.offsets[name] = at
		if strings.HasPrefix(types[i], "[]") {
			f.offsets[name+"_base"], f.offsets[name+"_len"] = at, at+8
			bytes = 24
		}
		f.size = at + bytes
	}
}

// arg is the place of a parameter.
func (f *function) arg(name string) string {
	at, ok := f.offsets[name]
	if !ok {
		panic(f.name + " has no parameter " + name)
	}
	return fmt.Sprintf("%s+%d(FP)", name, at)
}

// vec returns a new vector register.
func (f *function) vec() vec {
	f.vecs++
	return vec(f.vecs - 1)
}

// gp returns a new general-purpose register.
func (f *function) gp() gp {
	f.gps++
	return general[f.gps-1]
}

// load reads a parameter into a new general-purpose register.
func (f *function) load(name string) gp {
	r := f.gp()
	f.line("MOVD %s, %s", f.arg(name), r)
	return r
}

// line adds a line without vector registers.
func (f *function) line(format string, args ...any) {
	f.code = append(f.code, instruction{text: fmt.Sprintf(format, args...)})
}

// move adds a line in which verbs stand for vector registers.
func (f *function) move(text string, regs ...vec) {
	f.code = append(f.code, instruction{text: text, regs: regs})
}

func (f *function) label(name string) { f.code = append(f.code, instruction{label: name}) }

// back is a conditional jump to a label above.
func (f *function) back(op, label string) {
	f.code = append(f.code, instruction{text: op + " " + label, jump: label})
}

// op adds a vector instruction: to = op(operands), Rn before Rm.
func (f *function) op(o op, to vec, operands ...vec) vec {
	f.code = append(f.code, instruction{text: o.name, word: o.word, regs: append([]vec{to}, operands...)})
	return to
}

// do is op to a new register.
func (f *function) do(o op, operands ...vec) vec { return f.op(o, f.vec(), operands...) }

// alloc replaces the virtual registers. One lives from where it is first mentioned to where it is last; if it lives where a loop
// begins and is used in it, to the end of the loop.
func (f *function) alloc() {
	first, last := map[vec]int{}, map[vec]int{}
	for i, in := range f.code {
		for _, r := range in.regs {
			if _, seen := first[r]; !seen {
				first[r] = i
			}
			last[r] = i
		}
	}
	at := map[string]int{}
	for i, in := range f.code {
		if in.label != "" {
			at[in.label] = i
		}
		if in.jump == "" {
			continue
		}
		for r := range last {
			if first[r] < at[in.jump] && last[r] > at[in.jump] {
				last[r] = max(last[r], i)
			}
		}
	}
	var free []vec
	for r := range vec(registers) {
		if _, taken := first[r]; !taken {
			free = append(free, r)
		}
	}
	place := map[vec]vec{}
	for i, in := range f.code {
		for _, r := range in.regs {
			if _, placed := place[r]; r >= registers && !placed {
				if len(free) == 0 {
					panic(f.name + " needs too many registers")
				}
				place[r], free = free[0], free[1:]
			}
		}
		regs := slices.Clone(in.regs)
		for k, r := range in.regs {
			if r < registers {
				continue
			}
			regs[k] = place[r]
			if last[r] == i && slices.Index(in.regs, r) == k {
				free = append(free, place[r])
			}
		}
		f.code[i].regs = regs
	}
}

// write writes the function as Go assembly.
func (f *function) write(w *strings.Builder) {
	f.alloc()
	fmt.Fprintf(w, "\n// func %s(%s)\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", f.name, f.params, f.name, f.size)
	for _, in := range f.code {
		regs := make([]any, len(in.regs))
		for i, r := range in.regs {
			regs[i] = int(r)
		}
		switch {
		case in.label != "":
			fmt.Fprintf(w, "\n%s:\n", in.label)
		case in.word != 0:
			word := in.word
			for i, r := range in.regs {
				word |= uint32(r) << [...]int{0, 5, 16}[i]
			}
			fmt.Fprintf(w, "\tWORD $0x%08x // %s %s\n", word, in.text, strings.TrimSuffix(fmt.Sprintf(strings.Repeat("V%d, ", len(regs)), regs...), ", "))
		default:
			fmt.Fprintf(w, "\t%s\n", fmt.Sprintf(in.text, regs...))
		}
	}
	fmt.Fprint(w, "\tRET\n")
}
