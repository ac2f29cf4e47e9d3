package graph

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// modulePath is the prefix of this module's own functions, which positions skip.
const modulePath = "github.com/gorgonin/gorgonin/"

// frame is one line of source.
type frame struct {
	file string
	line int
	user bool
}

func (f *frame) String() string {
	if f == nil {
		return "?"
	}
	return fmt.Sprintf("%s:%d", filepath.Base(f.file), f.line)
}

// position is the innermost line of the user's code and the next one outwards.
type position [2]*frame

func (p position) inner() string { return p[0].String() }

func (p position) String() string {
	if p[1] == nil {
		return p[0].String()
	}
	return fmt.Sprintf("%v (called from %v)", p[0], p[1])
}

// framesOf maps a program counter to its frames (several where calls were inlined): resolving one takes microseconds,
// and a large graph asks for the same lines again and again.
var framesOf sync.Map // uintptr -> []*frame

// here finds the position of the caller in the user's code.
func here() position {
	var pcs [48]uintptr
	n := runtime.Callers(3, pcs[:])
	var p position
	for _, pc := range pcs[:n] {
		for _, f := range resolve(pc) {
			switch {
			case !f.user:
			case p[0] == nil:
				p[0] = f
			default:
				p[1] = f
				return p
			}
		}
	}
	return p
}

func resolve(pc uintptr) []*frame {
	if f, ok := framesOf.Load(pc); ok {
		return f.([]*frame)
	}
	var out []*frame
	frames := runtime.CallersFrames([]uintptr{pc})
	for {
		f, more := frames.Next()
		out = append(out, &frame{f.File, f.Line, isUser(f.Function, f.File)})
		if !more {
			break
		}
	}
	framesOf.Store(pc, out)
	return out
}

// isUser tells the user's code from ours: examples, commands and tests of this module count as users.
func isUser(function, file string) bool {
	if strings.HasPrefix(function, "runtime.") || strings.HasPrefix(function, "testing.") || strings.HasPrefix(function, "reflect.") {
		return false
	}
	rest, ours := strings.CutPrefix(function, modulePath)
	if !ours || strings.HasSuffix(file, "_test.go") {
		return true
	}
	for _, dir := range []string{"examples/", "benchmarks", "cmd/"} {
		if strings.HasPrefix(rest, dir) {
			return true
		}
	}
	return false
}
