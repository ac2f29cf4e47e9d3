package layers

import "github.com/gorgonin/gorgonin/graph"

// DataFormat says where the channels axis is.
type DataFormat string

// The data formats. Empty means channels_last.
const (
	ChannelsLast  DataFormat = "channels_last"
	ChannelsFirst DataFormat = "channels_first"
)

// Padding says what happens at the borders of an image or sequence.
type Padding string

// The paddings. Empty means valid.
const (
	Valid  Padding = "valid"
	Same   Padding = "same"
	Causal Padding = "causal"
)

// toLast is the permutation that moves axis 1 to the end.
func toLast(rank int) []int {
	p := []int{0}
	for i := 2; i < rank; i++ {
		p = append(p, i)
	}
	return append(p, 1)
}

// knownFormat reports a data format that does not exist.
func (c *Context) knownFormat(f DataFormat) *graph.Node {
	if f == "" || f == ChannelsLast || f == ChannelsFirst {
		return nil
	}
	return c.Errorf("DataFormat is %q: want %q or %q", f, ChannelsLast, ChannelsFirst)
}
