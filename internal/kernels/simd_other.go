//go:build !amd64 && !arm64

package kernels

// instructionSets returns what this processor can be asked to use.
func instructionSets() []string { return nil }
