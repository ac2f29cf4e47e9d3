package main

import "fmt"

func (p *program) folds() {
	p.extremeRow("maxRowNEON", fmax, fmaxv)
	p.extremeRow("minRowNEON", fmin, fminv)
	p.sumRow()
	p.inner()
	p.addCols()
	p.addRows()
	p.squareRows()
	p.expSum()
	p.winners()
}

// fold begins a function over slices of a length that is a multiple of 8, and not 0.
func (p *program) fold(name, params, doc string) *loop {
	return p.loop(name, params, "is "+doc+". The length must be a multiple of 8, and not 0")
}

// over writes a loop that calls body for eight elements each of the slices, at the addresses that it moves on.
func (l *loop) over(n gp, body func(), slices map[gp]int) {
	l.label("loop")
	body()
	for _, r := range general {
		if size := slices[r]; size > 0 {
			l.line("ADD $%d, %s", 8*size, r)
		}
	}
	l.line("SUBS $8, %s", n)
	l.back("BNE", "loop")
}

// pair reads two registers of float32.
func (l *loop) pair(at gp) (x, y vec) {
	x, y = l.vec(), l.vec()
	l.move(fmt.Sprintf("FLDPQ (%s), (F%%d, F%%d)", at), x, y)
	return x, y
}

// wide reads eight float32 as float64.
func (l *loop) wide(at gp) [4]vec {
	x, y := l.pair(at)
	return [4]vec{l.do(fcvtl, x), l.do(fcvtl2, x), l.do(fcvtl, y), l.do(fcvtl2, y)}
}

func (l *loop) zeros4() [4]vec { return [4]vec{l.zeros(), l.zeros(), l.zeros(), l.zeros()} }

// give returns the first lane.
func (l *loop) give(move string, v vec, name string) {
	l.move(fmt.Sprintf("%s F%%d, %s", move, l.arg(name)), v)
}

// giveTotal returns the sum of eight float64.
func (l *loop) giveTotal(s [4]vec) {
	l.give("FMOVD", l.do(faddpD, l.do(faddD, l.do(faddD, s[0], s[1]), l.do(faddD, s[2], s[3]))), "sum")
}

func (p *program) extremeRow(name string, o, across op) {
	l := p.fold(name, "x []float32) (m float32", "the extreme of x, NaN if it holds one")
	x, n := l.load("x_base"), l.load("x_len")
	a, b := l.pair(x)
	l.over(n, func() {
		v, w := l.pair(x)
		l.op(o, a, a, v)
		l.op(o, b, b, w)
	}, map[gp]int{x: 4})
	l.give("FMOVS", l.do(across, l.do(o, a, b)), "m")
}

func (p *program) sumRow() {
	l := p.fold("sumRowNEON", "x []float32) (sum float64", "the sum of x in float64")
	x, n := l.load("x_base"), l.load("x_len")
	s := l.zeros4()
	l.over(n, func() {
		for i, v := range l.wide(x) {
			l.op(faddD, s[i], s[i], v)
		}
	}, map[gp]int{x: 4})
	l.giveTotal(s)
}

func (p *program) inner() {
	l := p.fold("innerNEON", "x, y []float32) (sum float64", "the sum of x*y in float64")
	x, y, n := l.load("x_base"), l.load("y_base"), l.load("x_len")
	s := l.zeros4()
	l.over(n, func() {
		a, b := l.wide(x), l.wide(y)
		for i := range s {
			l.op(fmlaD, s[i], a[i], b[i])
		}
	}, map[gp]int{x: 4, y: 4})
	l.giveTotal(s)
}

// sums reads or writes registers of float64.
func (l *loop) sums(s []vec, at gp, format string) {
	for i := 0; i < len(s); i += 2 {
		l.move(fmt.Sprintf(format, fmt.Sprintf("%d(%s)", 16*i, at)), s[i], s[i+1])
	}
}

const (
	loadSums  = "FLDPQ %s, (F%%d, F%%d)"
	storeSums = "FSTPQ (F%%d, F%%d), %s"
)

func (p *program) addCols() {
	l := p.fold("addColsNEON", "acc []float64, x []float32", "acc[i] += x[i]")
	acc, x, n := l.load("acc_base"), l.load("x_base"), l.load("x_len")
	l.over(n, func() {
		s := []vec{l.vec(), l.vec(), l.vec(), l.vec()}
		l.sums(s, acc, loadSums)
		for i, v := range l.wide(x) {
			l.op(faddD, s[i], s[i], v)
		}
		l.sums(s, acc, storeSums)
	}, map[gp]int{acc: 8, x: 4})
}

// down writes loops over the columns of x, some at a time, that keep what they sum up in registers while they go down the rows.
func (l *loop) down(x gp, columns []int, sums []gp, add func(s []vec, v vec)) {
	n, rows, step := l.load("x_len"), l.load("rows"), l.load("step")
	at, second, r := l.gp(), l.gp(), l.gp()
	l.line("LSL $2, %s", step)
	for i, width := range columns {
		again, row, next := fmt.Sprintf("columns%d", width), fmt.Sprintf("row%d", width), fmt.Sprintf("below%d", width)
		l.label(again)
		if i < len(columns)-1 {
			l.line("CMP $%d, %s", width, n)
			l.line("BLT %s", next)
		} else {
			l.line("CBZ %s, %s", n, next)
		}
		s := make([][]vec, len(sums))
		for k, from := range sums {
			for range width / 2 {
				s[k] = append(s[k], l.vec())
			}
			l.sums(s[k], from, loadSums)
		}
		l.line("MOVD %s, %s", x, at)
		l.line("MOVD %s, %s", rows, r)
		l.label(row)
		for k := 0; k < width; k += 8 {
			from := at
			if k > 0 {
				l.line("ADD $%d, %s, %s", 4*k, at, second)
				from = second
			}
			for i, v := range l.wide(from) {
				of := make([]vec, len(s))
				for j := range s {
					of[j] = s[j][k/2+i]
				}
				add(of, v)
			}
		}
		l.line("ADD %s, %s", step, at)
		l.line("SUBS $1, %s", r)
		l.back("BNE", row)
		for k, to := range sums {
			l.sums(s[k], to, storeSums)
			l.line("ADD $%d, %s", 8*width, to)
		}
		l.line("ADD $%d, %s", 4*width, x)
		l.line("SUB $%d, %s", width, n)
		l.back("B", again)
		l.label(next)
	}
}

func (p *program) addRows() {
	l := p.fold("addRowsNEON", "acc []float64, x []float32, rows, step int",
		"acc[i] += the sum of x[i+r*step] over r < rows; x has the length of acc here")
	x, acc := l.load("x_base"), l.load("acc_base")
	l.down(x, []int{16, 8}, []gp{acc}, func(s []vec, v vec) { l.op(faddD, s[0], s[0], v) })
}

func (p *program) squareRows() {
	l := p.fold("squareRowsNEON", "sum, squares []float64, x []float32, rows, step int",
		"sum[i] += the sum of x[i+r*step] and squares[i] += that of its squares, over r < rows; x has the length of sum here")
	x, sum, squares := l.load("x_base"), l.load("sum_base"), l.load("squares_base")
	l.down(x, []int{16, 8}, []gp{sum, squares}, func(s []vec, v vec) {
		l.op(faddD, s[0], s[0], v)
		l.op(fmlaD, s[1], v, v)
	})
}

func (p *program) expSum() {
	l := p.fold("expSumNEON", "dst, x []float32, shift float32) (sum float64", "dst[i] = exp(x[i]-shift) and the sum of dst in float64")
	dst, x, n := l.load("dst_base"), l.load("x_base"), l.load("x_len")
	shift := l.open(scalar("shift")).all
	s := l.zeros4()
	l.over(n, func() {
		a, b := l.pair(x)
		for i, v := range []vec{a, b} {
			e := l.exp(l.do(fsub, v, shift))
			l.move(fmt.Sprintf("FMOVQ F%%d, %d(%s)", 16*i, dst), e)
			l.op(faddD, s[2*i], s[2*i], l.do(fcvtl, e))
			l.op(faddD, s[2*i+1], s[2*i+1], l.do(fcvtl2, e))
		}
	}, map[gp]int{dst: 4, x: 4})
	l.giveTotal(s)
}

// winners keeps the larger of best and x, the first of equals and NaN before numbers, and the pixel it is of.
func (p *program) winners() {
	l := p.fold("winnersNEON", "at []int32, best, x []float32, pixel uint32", "at[i], best[i] = pixel, x[i] where x[i] wins over best[i]")
	at, best, x, n := l.load("at_base"), l.load("best_base"), l.load("x_base"), l.load("x_len")
	pixel := l.open(scalar("pixel")).all
	l.over(n, func() {
		v0, v1 := l.pair(x)
		b0, b1 := l.pair(best)
		p0, p1 := l.pair(at)
		for i, r := range [][3]vec{{v0, b0, p0}, {v1, b1, p1}} {
			v, b, p := r[0], r[1], r[2]
			number := l.do(fcmeq, b, b)
			nan := l.do(not, l.do(fcmeq, v, v))
			wins := l.do(orr, l.do(fcmgt, v, b), l.do(and, number, nan))
			l.move(fmt.Sprintf("FMOVQ F%%d, %d(%s)", 16*i, at), l.op(bsl, l.do(orr, wins, wins), pixel, p))
			l.move(fmt.Sprintf("FMOVQ F%%d, %d(%s)", 16*i, best), l.op(bsl, wins, v, b))
		}
	}, map[gp]int{at: 4, best: 4, x: 4})
}
