package config

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// Panicked makes an error of what a user's function panicked with, and of the three innermost lines of source. It is called
// by the deferred function that recovered.
func Panicked(r any) error { return fmt.Errorf("panic: %v\n%s", r, panicLines(debug.Stack())) }

// panicLines keeps the lines of a stack below the panic that name files.
func panicLines(stack []byte) string {
	var out []string
	_, after, _ := strings.Cut(string(stack), "panic(")
	for _, line := range strings.Split(after, "\n") {
		if strings.HasPrefix(line, "\t") && strings.Contains(line, ".go:") && !strings.Contains(line, "/src/runtime/") {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " +0x")
			out = append(out, "\tat "+filepath.Base(line))
		}
	}
	return strings.Join(out[:min(3, len(out))], "\n")
}
