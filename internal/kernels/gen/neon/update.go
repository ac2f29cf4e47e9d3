package main

import "fmt"

// updates writes the rules of optimizers. Their instructions are those of the operations one by one, each rounded, so that they
// have the bits of the portable rules.
func (p *program) updates() {
	// moments is the new averages, and w less their quotient.
	moments := func(l *loop, w, m, g, v vec, by []vec) []vec {
		mean := l.do(fadd, m, l.do(fmul, l.do(fsub, g, m), by[0]))
		square := l.do(fadd, v, l.do(fmul, l.do(fsub, l.do(fmul, g, g), v), by[2]))
		fall := l.do(fdiv, l.do(fmul, mean, by[1]), l.do(fadd, l.do(fsqrt, square), by[3]))
		return []vec{mean, square, l.do(fsub, w, fall)}
	}
	rule{"adam", 4, 4, 3, false}.write(p, func(l *loop, x, by []vec) []vec {
		return moments(l, x[0], x[1], x[2], x[3], by)
	})
	rule{"adamRest", 4, 4, 3, true}.write(p, func(l *loop, x, by []vec) []vec {
		return moments(l, x[0], x[1], l.zeros(), x[3], by)
	})
	rule{"adamW", 4, 6, 3, false}.write(p, func(l *loop, x, by []vec) []vec {
		kept := l.do(fsub, x[0], l.do(fmul, l.do(fmul, x[0], by[0]), by[1]))
		return moments(l, kept, x[1], x[2], x[3], by[2:])
	})
	rule{"sgd", 2, 1, 1, false}.write(p, func(l *loop, x, by []vec) []vec {
		return []vec{l.do(fsub, x[0], l.do(fmul, x[1], by[0]))}
	})
	rule{"momentum", 3, 2, 2, false}.write(p, func(l *loop, x, by []vec) []vec {
		v := l.do(fsub, l.do(fmul, x[1], by[0]), l.do(fmul, x[2], by[1]))
		return []vec{v, l.do(fadd, x[0], v)}
	})
	rule{"nesterov", 3, 3, 2, false}.write(p, func(l *loop, x, by []vec) []vec {
		fall := l.do(fmul, x[2], by[1])
		v := l.do(fsub, l.do(fmul, x[1], by[0]), fall)
		return []vec{v, l.do(fadd, x[0], l.do(fsub, l.do(fmul, v, by[2]), fall))}
	})
	rule{"rmsProp", 3, 4, 2, false}.write(p, func(l *loop, x, by []vec) []vec {
		v := l.do(fadd, l.do(fmul, x[2], by[1]), l.do(fmul, l.do(fmul, x[1], x[1]), by[2]))
		fall := l.do(fdiv, l.do(fmul, by[0], x[1]), l.do(fsqrt, l.do(fadd, v, by[3])))
		return []vec{v, l.do(fsub, x[0], fall)}
	})
}

// rule is a function over the fields of a Region.
type rule struct {
	name         string
	src, by, dst int  // how many of each there are
	rest         bool // the gradient is 0: it is not read, and where both averages are +0 too nothing changes
}

// What a rule with a rest reads.
const (
	gradient     = 2
	mean, square = 1, 3
)

// write writes the loop dst[...][i] = f(src[...][i], by): four elements at a time, then one.
func (r rule) write(p *program, f func(l *loop, x, by []vec) []vec) {
	l := p.loop(r.name+"NEON", "dst *[3][]float32, src *[4][]float32, by *[6]float32, n int", "is the rule "+r.name+" over n elements")
	src, dst, numbers, n := l.bases("src", r.src), l.bases("dst", r.dst), l.load("by"), l.load("n")
	by := make([]vec, r.by)
	for k := range by {
		by[k] = l.vec()
		l.move(fmt.Sprintf("FMOVS %d(%s), F%%d", 4*k, numbers), by[k])
		l.move("VDUP V%d.S[0], V%d.S4", by[k], by[k])
	}
	each := func(label, next string, elements int, move string) {
		l.line("SUBS $%d, %s", elements, n)
		l.line("BLT %s", next)
		l.label(label)
		read := func(k int) vec {
			x := l.vec()
			l.move(fmt.Sprintf("%s (%s), F%%d", move, src[k]), x)
			return x
		}
		x := make([]vec, r.src)
		for k := range x {
			if !r.rest || k != gradient {
				x[k] = read(k)
			}
		}
		if r.rest {
			l.move(fmt.Sprintf("FMOVS F%%d, %s", scratch), l.do(umaxv, l.do(orr, x[mean], x[square])))
			l.line("CBZ %s, %sSame", scratch, label)
		}
		for k, y := range f(l, x, by) {
			l.move(fmt.Sprintf("%s F%%d, (%s)", move, dst[k]), y)
		}
		if r.rest {
			l.label(label + "Same")
		}
		for k, at := range append(src[:len(src):len(src)], dst...) {
			if !r.rest || k != gradient {
				l.line("ADD $%d, %s", 4*elements, at)
			}
		}
		l.line("SUBS $%d, %s", elements, n)
		l.back("BGE", label)
		l.label(next)
		l.line("ADD $%d, %s", elements, n)
	}
	each("whole", "part", lanes, "FMOVQ")
	each("single", "done", 1, "FMOVS")
}

// bases are the addresses of the slices in an array of n of them.
func (l *loop) bases(name string, n int) []gp {
	array := l.load(name)
	out := make([]gp, n)
	for k := range out {
		out[k] = l.gp()
		l.line("MOVD %d(%s), %s", 24*k, array, out[k])
	}
	return out
}
