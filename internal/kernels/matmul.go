package kernels

import (
	"fmt"

	"github.com/gorgonin/gorgonin/internal/par"
)

// MatMulShape describes dst = op(a)·op(b) for a batch of matrices. dst is (Batch..., M, N), contiguous. op(a) is (M, K), stored
// as (M, K) or, if TransA, as (K, M); op(b) is (K, N), stored as (K, N) or, if TransB, as (N, K).
type MatMulShape struct {
	M, N, K        int
	TransA, TransB bool
	// Accumulate adds to dst instead of setting it.
	Accumulate bool
	// Batch holds the leading axes of dst; StrideA and StrideB the elements between matrices along them, 0 to repeat one.
	Batch, StrideA, StrideB []int
}

// Rows and columns of dst that make one task; the tasks and their order of summation are fixed by the shape.
const (
	taskRows = 64
	taskCols = 128
)

// MatMul returns the loops of the batched matrix product. Sums are accumulated in T.
func MatMul[T Number](dst, a, b []T, s MatMulShape) ([]par.Loop, error) {
	return MatMulWith(dst, a, b, s, nil)
}

// MatMulWith is MatMul followed by an epilogue, which may be nil.
func MatMulWith[T Number](dst, a, b []T, s MatMulShape, ep *Epilogue[T]) ([]par.Loop, error) {
	s = s.folded()
	batch, err := newNest("matmul", s.Batch, s.StrideA, s.StrideB)
	if err != nil {
		return nil, err
	}
	if s.M < 0 || s.N < 0 || s.K < 0 {
		return nil, fmt.Errorf("kernels: matmul: negative size in m=%d n=%d k=%d", s.M, s.N, s.K)
	}
	if err := firstError(need("matmul", "dst", len(dst), batch.total*s.M*s.N), batch.fits("matmul", 0, len(a), s.M*s.K),
		batch.fits("matmul", 1, len(b), s.K*s.N)); err != nil {
		return nil, err
	}
	end, err := newEpilogue(ep, s.N)
	if err != nil {
		return nil, err
	}
	if tiles := tilesOf[T](); tiles != nil {
		return newTiled(tiles, dst, a, b, s, batch, end).loops(), nil
	}
	p := &product[T]{MatMulShape: s, batch: batch, end: end, dst: dst, a: a, b: b, kernel: tableOf[T]().gemm,
		mt: (s.M + taskRows - 1) / taskRows, nt: (s.N + taskCols - 1) / taskCols}
	return p.loops(), nil
}

// fits checks that every matrix of the given size, at the nest's offsets of operand k, lies in a slice of the given length.
func (n *nest) fits(kernel string, k, length, matrix int) error {
	if matrix == 0 {
		return nil
	}
	return n.check(kernel, k, length-matrix+1, 0)
}

// folded turns a batch of a that shares one b into more rows of a: a (batch, time, features) times a weight is one product.
func (s MatMulShape) folded() MatMulShape {
	if s.TransA || len(s.Batch) == 0 || len(s.StrideA) != len(s.Batch) || len(s.StrideB) != len(s.Batch) {
		return s
	}
	step := s.M * s.K
	for i := len(s.Batch) - 1; i >= 0; i-- {
		if s.Batch[i] != 1 && (s.StrideB[i] != 0 || s.StrideA[i] != step) {
			return s
		}
		step *= s.Batch[i]
	}
	s.M *= size(s.Batch)
	s.Batch, s.StrideA, s.StrideB = nil, nil, nil
	return s
}

// product is a matrix product with its operands, cut into tasks of taskRows by taskCols.
type product[T Number] struct {
	MatMulShape
	batch     *nest
	end       *epilogue[T]
	dst, a, b []T
	mt, nt    int
	kernel    func(c []T, ldc int, a, b operand[T], m, n, k int, accumulate bool, work []T)
	work      scratch[T]
}

// splitK is the length of the parts that a long sum is cut into when the tiles of dst alone would not occupy the threads.
const splitK = 2048

func (p *product[T]) loops() []par.Loop {
	tasks := p.batch.total * p.mt * p.nt
	parts := min((p.K+splitK-1)/splitK, 8)
	if tasks > 0 && tasks < 4 && parts > 1 {
		return p.split(tasks, parts)
	}
	work := min(p.M, taskRows) * min(p.N, taskCols) * max(1, p.K) / 4
	return []par.Loop{{N: tasks, Chunk: chunkOf(work), Body: func(worker, lo, hi int) {
		for t := lo; t < hi; t++ {
			p.task(worker, t, 0, p.K, p.dst, p.Accumulate, p.end)
		}
	}}}
}

// split sums parts of K into memory of their own and adds the parts up in order.
func (p *product[T]) split(tasks, parts int) []par.Loop {
	return splitSum(p.dst[:p.batch.total*p.M*p.N], p.K, p.N, tasks, parts, p.Accumulate, p.end, p.task)
}

// splitSum sums parts of k, each in tasks, into memory of their own like dst, and adds the parts up in order, with the end of the
// product, whose rows have the given width.
func splitSum[T Number](dst []T, k, width, tasks, parts int, accumulate bool, end *epilogue[T],
	task func(worker, t, k0, k int, dst []T, accumulate bool, end *epilogue[T])) []par.Loop {
	n := len(dst)
	sums := make([]T, parts*n)
	length := (k + parts - 1) / parts
	return []par.Loop{
		{N: tasks * parts, Chunk: 1, Body: func(worker, lo, hi int) {
			for t := lo; t < hi; t++ {
				part := t % parts
				k0 := min(part*length, k)
				task(worker, t/parts, k0, min(length, k-k0), sums[part*n:(part+1)*n], false, nil)
			}
		}},
		end.addProducts(dst, sums, width, parts, accumulate),
	}
}

// addParts returns the loop that adds parts arrays like dst, which follow one another in sums, into dst.
func addParts[T Number](dst, sums []T, parts int, accumulate bool) par.Loop {
	n := len(dst)
	add := tableOf[T]().vv("add")
	return par.Loop{N: n, Chunk: chunkOf(parts), Body: func(_, lo, hi int) {
		if !accumulate {
			clear(dst[lo:hi])
		}
		for part := range parts {
			add(dst[lo:hi], dst[lo:hi], sums[part*n+lo:part*n+hi])
		}
	}}
}

// task computes one tile of dst for the part [k0, k0+k) of the sum, and its end.
func (p *product[T]) task(worker, t, k0, k int, dst []T, accumulate bool, end *epilogue[T]) {
	j := t % p.nt * taskCols
	t /= p.nt
	i := t % p.mt * taskRows
	t /= p.mt
	var c cursor
	c.start(p.batch, t)
	a := operand[T]{p.a[c.off[0]:], p.K, p.TransA}
	if p.TransA {
		a.ld = p.M
	}
	b := operand[T]{p.b[c.off[1]:], p.N, p.TransB}
	if p.TransB {
		b.ld = p.K
	}
	if k > 0 {
		a, b = a.from(i, k0), b.from(k0, j)
	}
	m, n, to := min(taskRows, p.M-i), min(taskCols, p.N-j), dst[(t*p.M+i)*p.N+j:]
	p.kernel(to, p.N, a, b, m, n, k, accumulate, p.work.get(worker, gemmWork))
	end.apply(worker, to, p.N, t*p.M+i, j, m, n)
}
