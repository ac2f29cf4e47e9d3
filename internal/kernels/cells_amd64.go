package kernels

func init() {
	if simd != "off" && hasAVX2() {
		cells32 = &cells[float32]{lstmCell32, lstmGradCell32, gruCell32, gruGradCell32}
	}
}

// The functions below do the units beyond the last 8 in memory of their own, where rows are filled up.

func lstmCell32(gates, s, z, c, h, ys, hs, cs []float32, ahead int) {
	u := len(c)
	whole := u &^ 7
	if whole > 0 {
		lstmCellAVX2(&gates[0], &s[0], &z[0], &c[0], &h[0], &ys[0], &hs[0], &cs[0], u, whole, 16*ahead)
	}
	if whole == u {
		return
	}
	var g, a, b, c8, h8, old, before few
	a.take(s, whole, u, 4)
	b.take(z, whole, u, 4)
	c8.take(c, whole, u, 1)
	h8.take(h, whole, u, 1)
	lstmCellAVX2(&g[0], &a[0], &b[0], &c8[0], &h8[0], &h8[0], &old[0], &before[0], 8, 8, 0)
	g.give(gates, whole, u, 4)
	c8.give(c, whole, u, 1)
	h8.give(h, whole, u, 1)
	h8.give(ys, whole, u, 1)
	old.give(hs, whole, u, 1)
	before.give(cs, whole, u, 1)
}

func lstmGradCell32(dz, out, gates, before, dys, dh, dc []float32, ahead int) {
	u := len(dc)
	whole := u &^ 7
	if whole > 0 {
		lstmGradAVX2(&dz[0], &out[0], &gates[0], &before[0], &dys[0], &dh[0], &dc[0], u, whole, 16*ahead)
	}
	if whole == u {
		return
	}
	var d, g, b, y8, h8, c8 few
	g.take(gates, whole, u, 4)
	b.take(before, whole, u, 1)
	y8.take(dys, whole, u, 1)
	h8.take(dh, whole, u, 1)
	c8.take(dc, whole, u, 1)
	lstmGradAVX2(&d[0], &d[0], &g[0], &b[0], &y8[0], &h8[0], &c8[0], 8, 8, 0)
	d.give(dz, whole, u, 4)
	d.give(out, whole, u, 4)
	c8.give(dc, whole, u, 1)
}

func gruCell32(gates, s, x, bias, h, ys, hs []float32, ahead int) {
	u := len(h)
	whole := u &^ 7
	if whole > 0 {
		gruCellAVX2(&gates[0], &s[0], &x[0], &bias[0], &h[0], &ys[0], &hs[0], u, whole, 12*ahead)
	}
	if whole == u {
		return
	}
	var g, a, b, c, h8, old few
	a.take(s, whole, u, 3)
	b.take(x, whole, u, 3)
	c.take(bias, whole, u, 3)
	h8.take(h, whole, u, 1)
	gruCellAVX2(&g[0], &a[0], &b[0], &c[0], &h8[0], &h8[0], &old[0], 8, 8, 0)
	g.give(gates, whole, u, 4)
	h8.give(h, whole, u, 1)
	h8.give(ys, whole, u, 1)
	old.give(hs, whole, u, 1)
}

func gruGradCell32(dx, ds, out, gates, before, dys, dh []float32, ahead int) {
	u := len(dh)
	whole := u &^ 7
	if whole > 0 {
		gruGradAVX2(&dx[0], &ds[0], &out[0], &gates[0], &before[0], &dys[0], &dh[0], u, whole, 16*ahead)
	}
	if whole == u {
		return
	}
	var x, s, g, b, y8, h8 few
	g.take(gates, whole, u, 4)
	b.take(before, whole, u, 1)
	y8.take(dys, whole, u, 1)
	h8.take(dh, whole, u, 1)
	gruGradAVX2(&x[0], &s[0], &s[0], &g[0], &b[0], &y8[0], &h8[0], 8, 8, 0)
	x.give(dx, whole, u, 3)
	s.give(ds, whole, u, 3)
	s.give(out, whole, u, 3)
	h8.give(dh, whole, u, 1)
}

// few is up to 8 units of a row with 4 gates at most.
type few [4 * 8]float32

// take copies the units from some one on.
func (b *few) take(x []float32, from, units, gates int) {
	for g := range gates {
		copy(b[8*g:8*g+8], x[g*units+from:(g+1)*units])
	}
}

// give copies them back.
func (b *few) give(x []float32, from, units, gates int) {
	for g := range gates {
		copy(x[g*units+from:(g+1)*units], b[8*g:8*g+8])
	}
}
