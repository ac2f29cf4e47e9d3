package kernels

// instructionSets returns what this processor can be asked to use: NEON is part of arm64.
func instructionSets() []string { return []string{"neon"} }
