package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gorgonin/gorgonin/graph"
)

// Profile tells where the time of one run went.
type Profile struct {
	Total time.Duration // of the whole run
	Nodes []NodeTime    // the slowest first
}

// NodeTime is the time that one node took.
type NodeTime struct {
	Name  string // of the node
	Op    string
	Layer string // the path of the layer call that made the node, "" outside layers
	Pos   string // the line that made the node
	Shape graph.Shape
	Took  time.Duration
}

func (p *Profile) add(n *graph.Node, took time.Duration) {
	p.Nodes = append(p.Nodes, NodeTime{n.Name(), n.Op().Name(), n.Layer(), n.Pos(), n.Shape(), took})
}

func (p *Profile) sort() {
	slices.SortStableFunc(p.Nodes, func(a, b NodeTime) int { return int(b.Took - a.Took) })
}

// String is a table of the nodes with their share of the time.
func (p Profile) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%10s %6s  %-16s %-20s %s\n", "time", "share", "operation", "shape", "node")
	for _, n := range p.Nodes {
		share := 100 * float64(n.Took) / float64(max(p.Total, 1))
		fmt.Fprintf(&b, "%10v %5.1f%%  %-16s %-20v %s\n", n.Took.Round(100*time.Nanosecond), share, n.Op, n.Shape, n.Name)
	}
	fmt.Fprintf(&b, "%10v 100.0%%  total\n", p.Total.Round(100*time.Nanosecond))
	return b.String()
}
