package kernels

// operand is a matrix inside a slice: element (i, j) is x[i*ld+j], or x[j*ld+i] if trans.
type operand[T Number] struct {
	x     []T
	ld    int
	trans bool
}

// from returns the operand that starts at element (i, j).
func (o operand[T]) from(i, j int) operand[T] {
	if o.trans {
		i, j = j, i
	}
	o.x = o.x[i*o.ld+j:]
	return o
}

// Block sizes of the portable gemm, in elements: a packed block of B (kc·nc) stays in L2, two rows of A in L1.
const (
	gemmKC   = 256
	gemmNC   = 128
	gemmMC   = 64
	gemmWork = gemmKC * (gemmNC + gemmMC)
)

// gemm computes the m by n block c (rows ldc apart) of a·b, or adds to it; a is m by k, b is k by n. work holds gemmWork elements.
func gemm[T Number](c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T) {
	if !accumulate {
		for i := range m {
			clear(c[i*ldc : i*ldc+n])
		}
	}
	if m == 0 || n == 0 || k == 0 {
		return
	}
	switch {
	case m == 1 && !b.trans:
		gemmVecMat(c[:n], a, b, k)
		return
	case m == 1 && !a.trans:
		for j := range n {
			c[j] += dot(a.x[:k], b.x[j*b.ld:j*b.ld+k])
		}
		return
	case n == 1 && !a.trans && (b.trans || b.ld == 1):
		for i := range m {
			c[i*ldc] += dot(a.x[i*a.ld:i*a.ld+k], b.x[:k])
		}
		return
	}
	packedB, packedA := work[:gemmKC*gemmNC], work[gemmKC*gemmNC:gemmWork]
	for p := 0; p < k; p += gemmKC {
		kc := min(gemmKC, k-p)
		for j := 0; j < n; j += gemmNC {
			nc := min(gemmNC, n-j)
			packFours(packedB, b.from(p, j), kc, nc)
			for i := 0; i < m; i += gemmMC {
				mc := min(gemmMC, m-i)
				rows, ld := rowsOf(packedA, a.from(i, p), mc, kc)
				gemmBlock(c[i*ldc+j:], ldc, rows, ld, packedB, mc, nc, kc)
			}
		}
	}
}

// gemmVecMat adds the row vector a times b to c, four rows of b at a time.
func gemmVecMat[T Number](c []T, a, b operand[T], k int) {
	step := 1
	if a.trans {
		step = a.ld
	}
	n := len(c)
	p := 0
	for ; p+4 <= k; p += 4 {
		a0, a1, a2, a3 := a.x[p*step], a.x[(p+1)*step], a.x[(p+2)*step], a.x[(p+3)*step]
		b0, b1 := b.x[p*b.ld:][:n], b.x[(p+1)*b.ld:][:n]
		b2, b3 := b.x[(p+2)*b.ld:][:n], b.x[(p+3)*b.ld:][:n]
		for j := range c {
			c[j] += (a0*b0[j] + a1*b1[j]) + (a2*b2[j] + a3*b3[j])
		}
	}
	for ; p < k; p++ {
		axpy(c, a.x[p*step], b.x[p*b.ld:][:n])
	}
}

// packFours writes a kc by nc block of b as panels of four columns, each kc by 4, the last filled with zeros.
func packFours[T Number](to []T, b operand[T], kc, nc int) {
	for j := 0; j < nc; j += 4 {
		w := min(4, nc-j)
		panel := to[:4*kc]
		to = to[4*kc:]
		if w < 4 {
			clear(panel)
		}
		if b.trans {
			for jj := range w {
				col := b.x[(j+jj)*b.ld:][:kc]
				for p, v := range col {
					panel[4*p+jj] = v
				}
			}
			continue
		}
		for p := range kc {
			copy(panel[4*p:4*p+w], b.x[p*b.ld+j:p*b.ld+j+w])
		}
	}
}

// rowsOf returns an mc by kc block with contiguous rows: a itself, or a copy if it is transposed.
func rowsOf[T Number](to []T, a operand[T], mc, kc int) (rows []T, ld int) {
	if !a.trans {
		return a.x, a.ld
	}
	for p := range kc {
		for i, v := range a.x[p*a.ld:][:mc] {
			to[i*kc+p] = v
		}
	}
	return to, kc
}

// gemmBlock adds a block: mc rows of a times the packed panels of b.
func gemmBlock[T Number](c []T, ldc int, a []T, lda int, panels []T, mc, nc, kc int) {
	for j := 0; j < nc; j += 4 {
		panel := panels[j*kc : (j+4)*kc]
		w := min(4, nc-j)
		i := 0
		for ; i+2 <= mc; i += 2 {
			micro2x4(c[i*ldc+j:][:w], c[(i+1)*ldc+j:][:w], a[i*lda:][:kc], a[(i+1)*lda:][:kc], panel)
		}
		if i < mc {
			micro1x4(c[i*ldc+j:][:w], a[i*lda:][:kc], panel)
		}
	}
}

// micro2x4 adds two rows of a times a panel. Eight sums, four elements of b and two of a fit the 16 registers of amd64.
func micro2x4[T Number](c0, c1, a0, a1, panel []T) {
	var s00, s01, s02, s03, s10, s11, s12, s13 T
	a1 = a1[:len(a0)]
	for p, x := range a0 {
		if len(panel) < 4 {
			break
		}
		y := a1[p]
		b0, b1, b2, b3 := panel[0], panel[1], panel[2], panel[3]
		panel = panel[4:]
		s00 += x * b0
		s01 += x * b1
		s02 += x * b2
		s03 += x * b3
		s10 += y * b0
		s11 += y * b1
		s12 += y * b2
		s13 += y * b3
	}
	add4(c0, s00, s01, s02, s03)
	add4(c1, s10, s11, s12, s13)
}

func micro1x4[T Number](c, a, panel []T) {
	var s0, s1, s2, s3 T
	for _, x := range a {
		if len(panel) < 4 {
			break
		}
		s0 += x * panel[0]
		s1 += x * panel[1]
		s2 += x * panel[2]
		s3 += x * panel[3]
		panel = panel[4:]
	}
	add4(c, s0, s1, s2, s3)
}

// add4 adds up to four sums to as many elements.
func add4[T Number](c []T, s0, s1, s2, s3 T) {
	if len(c) == 4 {
		c[0] += s0
		c[1] += s1
		c[2] += s2
		c[3] += s3
		return
	}
	sums := [4]T{s0, s1, s2, s3}
	for i := range c {
		c[i] += sums[i]
	}
}
