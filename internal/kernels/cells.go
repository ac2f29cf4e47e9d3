package kernels

// cells are the functions of one row of a step of recurrent layers. Results that nobody wants are written to memory that nobody reads.
// Of each gate, the step after is ahead elements away, before or behind, in memory that need not exist: a hint.
type cells[T Float] struct {
	// lstm makes, of the products s with the recurrent kernel and of z, the gates, which may be s, and the c and h after the step: h also
	// in ys. hs and cs get what they were before.
	lstm func(gates, s, z, c, h, ys, hs, cs []T, ahead int)
	// lstmGrad makes, of the gates, the c before, and the cotangents dh+dys of h and dc of c, the cotangents dz, also in out, and in dc that
	// of the c before.
	lstmGrad func(dz, out, gates, before, dys, dh, dc []T, ahead int)
	// gru makes, of the products s with the recurrent kernel and of x, the gates and the h after the step, also in ys. hs gets what
	// it was before. s is changed.
	gru func(gates, s, x, bias, h, ys, hs []T, ahead int)
	// gruGrad makes, of the gates, the h before and the cotangent dh+dys of h, the cotangents dx of x and ds, also in out, of s, and in dh
	// the part of that of the h before that does not go through s.
	gruGrad func(dx, ds, out, gates, before, dys, dh []T, ahead int)
}

// cells32 is set where the processor has functions of its own.
var cells32 *cells[float32]

// cellsOf returns the functions for T.
func cellsOf[T Float]() *cells[T] {
	if fast, ok := any(cells32).(*cells[T]); ok && fast != nil && !portable {
		return fast
	}
	t := tableOf[T]()
	return &cells[T]{lstmCell(t), lstmGradCell(t), gruCell(t), gruGradCell[T]}
}

func lstmCell[T Float](t *vecTable[T]) func(gates, s, z, c, h, ys, hs, cs []T, ahead int) {
	sigmoid, tanh, add, mul, mulAdd := t.unary["sigmoid"], t.unary["tanh"], t.vv("add"), t.vv("mul"), t.mulAdd
	return func(gates, s, z, c, h, ys, hs, cs []T, ahead int) {
		u := len(c)
		copy(hs, h)
		copy(cs, c)
		add(gates, s, z)
		sigmoid(gates[:2*u], gates[:2*u])
		tanh(gates[2*u:3*u], gates[2*u:3*u])
		sigmoid(gates[3*u:], gates[3*u:])
		mul(c, c, gates[u:2*u])
		mulAdd(c, gates[:u], gates[2*u:3*u])
		tanh(h, c)
		mul(h, h, gates[3*u:])
		copy(ys, h)
	}
}

func lstmGradCell[T Float](t *vecTable[T]) func(dz, out, gates, before, dys, dh, dc []T, ahead int) {
	tanh := t.unary["tanh"]
	return func(dz, out, gates, before, dys, dh, dc []T, ahead int) {
		u := len(dc)
		di, df, dg, do := dz[:u], dz[u:][:u], dz[2*u:][:u], dz[3*u:][:u]
		gi, gf, gg, gq := gates[:u], gates[u:][:u], gates[2*u:][:u], gates[3*u:][:u]
		before, dys, dh = before[:u], dys[:u], dh[:u]
		for j := range u {
			do[j] = gf[j]*before[j] + gi[j]*gg[j]
		}
		tanh(do, do)
		for j := range u {
			i, f, g, o, t, d := gi[j], gf[j], gg[j], gq[j], do[j], dh[j]+dys[j]
			e := dc[j] + d*o*(1-t*t)
			di[j] = e * g * (i * (1 - i))
			df[j] = e * before[j] * (f * (1 - f))
			dg[j] = e * i * (1 - g*g)
			do[j] = d * t * (o * (1 - o))
			dc[j] = e * f
		}
		copy(out, dz)
	}
}

func gruCell[T Float](t *vecTable[T]) func(gates, s, x, bias, h, ys, hs []T, ahead int) {
	sigmoid, tanh, add, sub, mul, mulAdd := t.unary["sigmoid"], t.unary["tanh"], t.vv("add"), t.vv("sub"), t.vv("mul"), t.mulAdd
	return func(gates, s, x, bias, h, ys, hs []T, ahead int) {
		u := len(h)
		copy(hs, h)
		add(s, s, bias)
		z, r, n, inner := gates[:u], gates[u:2*u], gates[2*u:3*u], gates[3*u:]
		copy(inner, s[2*u:])
		add(gates[:2*u], s[:2*u], x[:2*u])
		sigmoid(gates[:2*u], gates[:2*u])
		copy(n, x[2*u:])
		mulAdd(n, r, inner)
		tanh(n, n)
		sub(h, h, n) // z·h + (1-z)·n = z·(h-n) + n
		mul(h, h, z)
		add(h, h, n)
		copy(ys, h)
	}
}

func gruGradCell[T Float](dx, ds, out, gates, before, dys, dh []T, ahead int) {
	u := len(dh)
	dxz, dxr, dxn := dx[:u], dx[u:][:u], dx[2*u:][:u]
	dsz, dsr, dsn := ds[:u], ds[u:][:u], ds[2*u:][:u]
	gz, gr, gn, gs := gates[:u], gates[u:][:u], gates[2*u:][:u], gates[3*u:][:u]
	before, dys = before[:u], dys[:u]
	for j := range u {
		z, r, n, d := gz[j], gr[j], gn[j], dh[j]+dys[j]
		dn := d * (1 - z) * (1 - n*n)
		dz, dr := d*(before[j]-n)*(z*(1-z)), dn*gs[j]*(r*(1-r))
		dxz[j], dxr[j], dxn[j] = dz, dr, dn
		dsz[j], dsr[j], dsn[j] = dz, dr, dn*r
		dh[j] = d * z
	}
	copy(out, ds)
}
