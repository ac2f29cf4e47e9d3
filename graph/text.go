package graph

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// OpString writes an op with those of its attributes that are not zero: "conv{Strides: [2 2]}". An op with a method
// String is written by it.
func OpString(op Op) string {
	if s, ok := op.(fmt.Stringer); ok {
		return s.String()
	}
	v := reflect.ValueOf(op)
	if v.Kind() != reflect.Struct {
		return op.Name()
	}
	var attrs []string
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || v.Field(i).IsZero() {
			continue
		}
		attrs = append(attrs, f.Name+": "+attrString(v.Field(i).Interface()))
	}
	if len(attrs) == 0 {
		return op.Name()
	}
	return op.Name() + "{" + strings.Join(attrs, ", ") + "}"
}

func attrString(v any) string {
	switch x := v.(type) {
	case *LayerCall:
		return x.Path
	case *Param:
		return x.Path()
	case fmt.Stringer:
		return x.String()
	}
	if reflect.TypeOf(v).Kind() == reflect.Pointer {
		return reflect.TypeOf(v).Elem().Name()
	}
	return fmt.Sprint(v)
}

// sortedWalk lists what the roots depend on by ascending id; everything without roots.
func (g *Graph) sortedWalk(roots []*Node) Nodes {
	if len(roots) == 0 {
		return slices.Clone(g.nodes)
	}
	out := slices.Collect(Walk(roots...))
	slices.SortFunc(out, func(a, b *Node) int { return a.id - b.id })
	return out
}

// WriteText writes the nodes that the roots depend on, one a line with its op, inputs, spec and the line that made it;
// without roots the whole graph. The bodies of loops and conditions are indented below their node.
func (g *Graph) WriteText(w io.Writer, roots ...*Node) error {
	if err := Nodes(roots).FirstErr(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "graph %s\n", g.name); err != nil {
		return err
	}
	return writeNodes(w, "  ", g.sortedWalk(roots))
}

func writeNodes(w io.Writer, indent string, nodes Nodes) error {
	for _, n := range nodes {
		if _, err := fmt.Fprintf(w, "%s%s\n", indent, n.line()); err != nil {
			return err
		}
		if b, ok := n.op.(BodyOp); ok {
			for _, body := range b.Bodies() {
				if err := writeNodes(w, indent+"  | ", body.nodes); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// line is the node as WriteText shows it.
func (n *Node) line() string {
	in := make([]string, len(n.in))
	for i, x := range n.in {
		in[i] = x.name
	}
	spec := n.spec.String()
	if n.specs != nil {
		parts := make([]string, len(n.specs))
		for i, s := range n.specs {
			parts[i] = s.String()
		}
		spec = "[" + strings.Join(parts, "; ") + "]"
	}
	pos := n.Pos()
	if pos == "?" {
		return fmt.Sprintf("%s = %s(%s) : %s", n.name, OpString(n.op), strings.Join(in, ", "), spec)
	}
	return fmt.Sprintf("%s = %s(%s) : %s  // %s", n.name, OpString(n.op), strings.Join(in, ", "), spec, pos)
}

// WriteDOT writes the nodes that the roots depend on in Graphviz's language, one cluster for each layer; without roots
// the whole graph.
func (g *Graph) WriteDOT(w io.Writer, roots ...*Node) error {
	if err := Nodes(roots).FirstErr(); err != nil {
		return err
	}
	nodes := g.sortedWalk(roots)
	byLayer := map[string]Nodes{}
	var order []string
	for _, n := range nodes {
		if byLayer[n.layer] == nil {
			order = append(order, n.layer)
		}
		byLayer[n.layer] = append(byLayer[n.layer], n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %q {\n  rankdir=TB;\n  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n", g.name)
	for i, layer := range order {
		indent := "  "
		if layer != "" {
			fmt.Fprintf(&b, "  subgraph cluster_%d {\n    label=%q;\n", i, layer)
			indent = "    "
		}
		for _, n := range byLayer[layer] {
			fmt.Fprintf(&b, "%sn%d [label=%q%s];\n", indent, n.id, OpString(n.op)+"\n"+n.spec.String(), dotStyle(n))
		}
		if layer != "" {
			b.WriteString("  }\n")
		}
	}
	for _, n := range nodes {
		for _, x := range n.in {
			fmt.Fprintf(&b, "  n%d -> n%d;\n", x.id, n.id)
		}
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// dotStyle colours the leaves: what is fed, what is learned, what is fixed.
func dotStyle(n *Node) string {
	switch n.op.(type) {
	case InputOp:
		return `, style=filled, fillcolor="#cfe8ff"`
	case ParamOp, StateOp:
		return `, style=filled, fillcolor="#ffe3c2"`
	case ConstOp:
		return `, style=filled, fillcolor="#eeeeee"`
	case LayerOut:
		return `, style=filled, fillcolor="#e2f3dd"`
	}
	return ""
}
