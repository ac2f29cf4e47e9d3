package graph

// Op is an operation. It is a comparable struct that holds its attributes and nothing else: numbers, strings, bools,
// short arrays, [Ints], and pointers whose identity is meant. It is the key under which equal nodes are merged and
// kernels are found. Beside Name an op implements exactly one of [Inferer], [TupleInferer] and [Projection].
type Op interface {
	// Name is the operation's name in text, errors and node names, in snake case: "matmul".
	Name() string
}

// Inferer is an op with one result.
type Inferer interface {
	Op
	// Infer returns the result's spec, or what is wrong with the inputs. Unknown axes may come in and go out; refined
	// inputs give a refined result. The shapes given are Infer's to keep and change.
	Infer(in []Spec) (Spec, error)
}

// TupleInferer is an op with several results, which are read by [Projection] nodes.
type TupleInferer interface {
	Op
	// InferTuple returns the specs of all results.
	InferTuple(in []Spec) ([]Spec, error)
}

// Projection is an op that reads one result of the tuple node it is applied to.
type Projection interface {
	Op
	// Project returns the spec of the result.
	Project(parent *Node) (Spec, error)
}

// Differentiable is an op with a gradient.
type Differentiable interface {
	Op
	// VJP returns, for each input of y, the vector-Jacobian product with the cotangent dy, as nodes; nil for none.
	VJP(y, dy *Node) []*Node
}

// Cotangent is the gradient that arrives at one result of a tuple node.
type Cotangent struct {
	Op Op // the projection
	Dy *Node
}

// VJPFunc is the reverse pass: the cotangents dys of ys pulled back to xs. An op with a body gets it as an argument,
// because package ops lies below package autodiff. A result is nil where no path leads to x.
type VJPFunc func(ys, dys, xs Nodes) Nodes

// TupleDifferentiable is a tuple op with a gradient. It gets only the cotangents that exist.
type TupleDifferentiable interface {
	Op
	VJPTuple(n *Node, dys []Cotangent, vjp VJPFunc) []*Node
}

// NotDifferentiable is an op through which no gradient may be asked for. Why says what to do instead.
type NotDifferentiable interface {
	Op
	Why() string
}

// ZeroGradient is an op that ends every path: the gradient through it is zero everywhere it exists (floor, sign,
// comparisons, StopGradient).
type ZeroGradient interface {
	Op
	EndsGradient()
}

// Binder is an op with inputs of which only the size is read. Binding puts numbers in their place.
type Binder interface {
	Op
	// ShapeOnly reports whether only the shape of input i is read.
	ShapeOnly(i int) bool
	// Bind returns the op that does the same with the sizes of in built in; it is applied to the inputs that are not
	// shape-only. Bind is called after Infer accepted in, all of whose axes are known.
	Bind(in []Spec) Op
}

// Composite is an op that stands for several smaller ones. Autodiff uses its VJP if it has one, else differentiates the
// expansion; a backend uses its own kernel if it has one, else the expansion.
type Composite interface {
	Op
	// Expand returns the results (one, or all of a tuple) made of smaller ops.
	Expand(in Nodes) Nodes
}

// BodyOp is an op that holds graphs of its own (Scan, While, Cond).
type BodyOp interface {
	Op
	// Rebind copies the bodies for other specs of the inputs, with c's rewrite and binding applied inside. The bodies
	// are made as children of c.Dst.
	Rebind(c *Copier, in []Spec) (Op, error)
	// Bodies lists the graphs the op holds.
	Bodies() []*Graph
}

// SeedBinder is a random op: binding folds the compiled function's seed in.
type SeedBinder interface {
	Op
	BindSeed(seed uint64) Op
}

// Transparent is an op whose value is that of its first input (markers, names).
type Transparent interface {
	Op
	IsTransparent()
}

// ModeBinder is an op whose meaning depends on whether the function trains: it answers the input that it stands for.
type ModeBinder interface {
	Op
	BindMode(training bool, in Nodes) *Node
}
