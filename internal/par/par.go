// Package par runs loops on a pool of persistent workers. The native backend and internal/kernels describe their work as
// Loops; start reading at Loop and Pool.Run.
//
// A loop is cut by its own Chunk, never by the number of threads, so what a chunk computes, and therefore every bit of the
// result, is the same on any machine. Running allocates nothing.
package par

import (
	"runtime"
	"sync/atomic"
)

// MaxThreads is the largest number of threads a Pool has, and so one more than the largest worker id a Body sees.
const MaxThreads = 256

// Loop is a parallel loop over [0, N), cut into chunks of Chunk iterations. Chunk <= 0 or >= N means one chunk.
//
// Body does the iterations [lo, hi) of one chunk. worker is below Pool.Threads and no two bodies that run at the same time
// within one Run see the same one, so it may select scratch memory. Body must not rely on the order of chunks.
type Loop struct {
	N, Chunk int
	Body     func(worker, lo, hi int)
}

// step returns the number of iterations in a chunk and the number of chunks.
func (l *Loop) step() (size, count int) {
	if l.N <= 0 {
		return 1, 0
	}
	if l.Chunk <= 0 || l.Chunk >= l.N {
		return l.N, 1
	}
	return l.Chunk, (l.N + l.Chunk - 1) / l.Chunk
}

// opened marks a job that workers may join, parked that its caller sleeps until the last one has left; the bits below count the
// workers inside.
const (
	opened = 1 << 32
	parked = 1 << 33
)

// How often a worker without work, or a caller whose last chunks are in other hands, looks before it goes to sleep: some
// microseconds, less than it takes to wake a thread, so that the steps of a program find the workers awake. The bound keeps the
// loss small where another process needs the core.
const (
	workerLooks = 20000
	callerLooks = 50000
)

// Pool is a set of worker goroutines that help whoever calls Run. All methods are safe for concurrent use.
type Pool struct {
	threads int
	workers []*worker
	looks   bool // whether each thread has a core, so that looking for work makes sense
	quit    chan struct{}
	closed  atomic.Bool

	busy  atomic.Bool  // held by the caller whose job the workers see
	state atomic.Int64 // opened, parked and the number of workers inside
	jobs  atomic.Int64 // opened so far
	done  chan struct{}
	_     [64]byte // what idle workers read is not on the line that chunks are counted on

	// The job: written by the holder of busy before it opens state, read by workers that joined.
	loop        *Loop
	size, count int
	next        atomic.Int64
	failure     atomic.Pointer[failure]
}

// worker is a goroutine of the pool.
type worker struct {
	id    int
	wake  chan struct{} // a token means "look for an open job"
	looks atomic.Bool   // it does so without a token
	seen  int64         // the number of jobs when it last looked
}

// failure is the value of a panic in a worker.
type failure struct{ value any }

// New returns a pool of the given number of threads, the calling goroutine of Run included. 0 or less means
// runtime.GOMAXPROCS(0); more than MaxThreads means MaxThreads. The workers live until Close.
func New(threads int) *Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	threads = min(threads, MaxThreads)
	p := &Pool{threads: threads, quit: make(chan struct{}), done: make(chan struct{}, 1)}
	p.looks = threads <= min(runtime.GOMAXPROCS(0), runtime.NumCPU())
	for id := 1; id < threads; id++ {
		w := &worker{id: id, wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		go p.work(w)
	}
	return p
}

// Threads returns the number of threads that may work on one loop.
func (p *Pool) Threads() int { return p.threads }

// Close ends the workers. A Run that is under way finishes, and Run goes on working afterwards, on the caller's thread only.
func (p *Pool) Close() {
	if p.closed.CompareAndSwap(false, true) {
		close(p.quit)
	}
}

// Run does all chunks of l and returns when the last is done. The caller works too. If the workers are busy with another
// loop (that of another goroutine, or the one whose Body calls Run), the caller does all chunks itself, as worker 0.
// A panic in Body comes out of Run once no worker is left inside the loop.
func (p *Pool) Run(l *Loop) {
	size, count := l.step()
	if count <= 1 || p.threads == 1 || p.closed.Load() || !p.busy.CompareAndSwap(false, true) {
		for lo := 0; lo < l.N; lo += size {
			l.Body(0, lo, min(lo+size, l.N))
		}
		return
	}
	p.loop, p.size, p.count = l, size, count
	p.next.Store(0)
	p.state.Store(opened)
	p.jobs.Add(1)
	for _, w := range p.workers[:min(len(p.workers), count-1)] {
		if w.looks.Load() {
			continue
		}
		select {
		case w.wake <- struct{}{}:
		default: // a token that no worker has picked up yet serves this job too
		}
	}
	defer p.finish()
	p.steal(0)
}

// finish closes the job, waits for the workers inside, and passes on their panic. It is deferred, so that a panic in the
// caller's own chunk leaves no worker behind either.
func (p *Pool) finish() {
	p.next.Store(int64(p.count)) // after a panic the remaining chunks are dropped
	if p.state.Add(-opened) > 0 && !p.left() {
		if p.state.Add(parked) > parked {
			<-p.done
		}
		p.state.Store(0)
	}
	f := p.failure.Swap(nil)
	p.loop = nil
	p.busy.Store(false)
	if f != nil {
		panic(f.value)
	}
}

// left reports that the last worker has left the closed job while the caller looked.
func (p *Pool) left() bool {
	for n := 0; p.looks && n < callerLooks; n++ {
		if p.state.Load() == 0 {
			return true
		}
	}
	return false
}

// steal does chunks until none is left.
func (p *Pool) steal(worker int) {
	l, size, count := p.loop, p.size, p.count
	for {
		c := int(p.next.Add(1)) - 1
		if c >= count {
			return
		}
		lo := c * size
		l.Body(worker, lo, min(lo+size, l.N))
	}
}

// work is a worker's life: look for a job, sleep, join whatever job is open. A job may be over by the time a worker wakes; the
// caller does not wait for those who have not joined.
func (p *Pool) work(w *worker) {
	for {
		if !p.look(w) {
			select {
			case <-w.wake:
			case <-p.quit:
				return
			}
		}
		w.seen = p.jobs.Load()
		if p.join() {
			p.help(w.id)
		}
	}
}

// look waits a little for a job that w has not seen. What is opened after looks is false comes with a token, what is opened
// before is seen.
func (p *Pool) look(w *worker) bool {
	w.looks.Store(p.looks)
	for n := 0; p.looks && n < workerLooks; n++ {
		if p.jobs.Load() != w.seen {
			break
		}
	}
	w.looks.Store(false)
	return p.jobs.Load() != w.seen
}

// join enters the open job, if there is one.
func (p *Pool) join() bool {
	for {
		s := p.state.Load()
		if s&opened == 0 {
			return false
		}
		if p.state.CompareAndSwap(s, s+1) {
			return true
		}
	}
}

// help does chunks of the joined job and leaves it. The last worker to leave a closed job tells a caller that sleeps.
func (p *Pool) help(id int) {
	defer func() {
		if r := recover(); r != nil {
			p.failure.CompareAndSwap(nil, &failure{r})
			p.next.Store(int64(p.count))
		}
		if p.state.Add(-1) == parked {
			p.done <- struct{}{}
		}
	}()
	p.steal(id)
}
