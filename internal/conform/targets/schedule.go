package targets

import (
	"fmt"
	"go/scanner"
	"go/token"
	"math"
	"strconv"
	"strings"
)

// expression is a Python expression of numbers, as far as schedules of learning rates use the language: names, + - * / // % **,
// comparisons and their chains, and, or, not, "a if c else b", min, max, abs, int, float, round and the functions of math.
type expression func(names map[string]float64) float64

// parseExpression reads an expression of the given names.
func parseExpression(text string, names ...string) (expression, error) {
	p := &parser{names: map[string]bool{}}
	for _, n := range names {
		p.names[n] = true
	}
	if err := p.scan(text); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	e := p.ternary()
	if p.err == nil && p.at < len(p.tokens) {
		p.fail("unexpected %q", p.peek())
	}
	if p.err != nil {
		return nil, fmt.Errorf("%q: %w", text, p.err)
	}
	return e, nil
}

type parser struct {
	tokens []string
	at     int
	names  map[string]bool
	err    error
}

// scan splits the text by Go's rules, whose tokens are Python's but for ** and //.
func (p *parser) scan(text string) error {
	text = strings.NewReplacer("**", "@pow@", "//", "@floor@").Replace(text)
	for i, part := range strings.Split(text, "@") {
		if i%2 == 1 {
			p.tokens = append(p.tokens, map[string]string{"pow": "**", "floor": "//"}[part])
			continue
		}
		if err := p.scanPart(part); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) scanPart(part string) error {
	var failed error
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(part))
	s.Init(file, []byte(part), func(_ token.Position, msg string) { failed = fmt.Errorf("%s", msg) }, 0)
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return failed
		case tok == token.SEMICOLON: // Go's, at the end of a line
		case lit != "":
			p.tokens = append(p.tokens, lit)
		default:
			p.tokens = append(p.tokens, tok.String())
		}
	}
}

func (p *parser) fail(format string, args ...any) expression {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	return func(map[string]float64) float64 { return math.NaN() }
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

// take passes over a token if it is the next.
func (p *parser) take(tok string) bool {
	if p.at < len(p.tokens) && p.tokens[p.at] == tok {
		p.at++
		return true
	}
	return false
}

func (p *parser) ternary() expression {
	then := p.binary(0)
	if !p.take("if") {
		return then
	}
	cond := p.binary(0)
	if !p.take("else") {
		return p.fail("if without else")
	}
	otherwise := p.ternary()
	return func(n map[string]float64) float64 {
		if cond(n) != 0 {
			return then(n)
		}
		return otherwise(n)
	}
}

// levels are the binary operators that group from the left, the loosest first; "not" stands between and and comparisons.
var levels = []map[string]func(a, b float64) float64{
	{"or": func(a, b float64) float64 { return choose(a != 0, a, b) }},
	{"and": func(a, b float64) float64 { return choose(a != 0, b, a) }},
	{
		"<": func(a, b float64) float64 { return truthOf(a < b) }, "<=": func(a, b float64) float64 { return truthOf(a <= b) },
		">": func(a, b float64) float64 { return truthOf(a > b) }, ">=": func(a, b float64) float64 { return truthOf(a >= b) },
		"==": func(a, b float64) float64 { return truthOf(a == b) }, "!=": func(a, b float64) float64 { return truthOf(a != b) },
	},
	{"+": func(a, b float64) float64 { return a + b }, "-": func(a, b float64) float64 { return a - b }},
	{
		"*": func(a, b float64) float64 { return a * b }, "/": func(a, b float64) float64 { return a / b },
		"//": func(a, b float64) float64 { return math.Floor(a / b) },
		"%":  func(a, b float64) float64 { return a - b*math.Floor(a/b) },
	},
}

const comparisons = 2 // the level of comparisons

func (p *parser) binary(level int) expression {
	if level == len(levels) {
		return p.unary()
	}
	if level == comparisons {
		return p.comparison()
	}
	left := p.binary(level + 1)
	for p.err == nil {
		f := levels[level][p.peek()]
		if f == nil {
			break
		}
		p.at++
		a, b := left, p.binary(level+1)
		left = func(n map[string]float64) float64 { return f(a(n), b(n)) }
	}
	return left
}

// comparison is a chain, a < b < c, each link of which must hold.
func (p *parser) comparison() expression {
	if p.take("not") {
		x := p.comparison()
		return func(n map[string]float64) float64 { return truthOf(x(n) == 0) }
	}
	operands := []expression{p.binary(comparisons + 1)}
	var links []func(a, b float64) float64
	for f := levels[comparisons][p.peek()]; f != nil && p.err == nil; f = levels[comparisons][p.peek()] {
		p.at++
		links = append(links, f)
		operands = append(operands, p.binary(comparisons+1))
	}
	if len(links) == 0 {
		return operands[0]
	}
	return func(n map[string]float64) float64 {
		for i, f := range links {
			if f(operands[i](n), operands[i+1](n)) == 0 {
				return 0
			}
		}
		return 1
	}
}

func (p *parser) unary() expression {
	switch {
	case p.take("-"):
		x := p.unary()
		return func(n map[string]float64) float64 { return -x(n) }
	case p.take("+"):
		return p.unary()
	}
	base := p.primary()
	if !p.take("**") {
		return base
	}
	exponent := p.unary() // groups from the right
	return func(n map[string]float64) float64 { return math.Pow(base(n), exponent(n)) }
}

func (p *parser) primary() expression {
	tok := p.peek()
	p.at++
	switch {
	case tok == "(":
		e := p.ternary()
		if !p.take(")") {
			return p.fail("missing )")
		}
		return e
	case p.names[tok]:
		return func(n map[string]float64) float64 { return n[tok] }
	case tok == "math" || tok == "np":
		if !p.take(".") {
			return p.fail("%s is no number", tok)
		}
		return p.primary()
	case p.peek() == "(":
		return p.call(tok)
	}
	if v, ok := map[string]float64{"pi": math.Pi, "e": math.E, "True": 1, "False": 0}[tok]; ok {
		return func(map[string]float64) float64 { return v }
	}
	v, err := strconv.ParseFloat(tok, 64)
	if err != nil {
		return p.fail("unknown name %q", tok)
	}
	return func(map[string]float64) float64 { return v }
}

// unaryFuncs are functions of one number.
var unaryFuncs = map[string]func(float64) float64{
	"exp": math.Exp, "log": math.Log, "log10": math.Log10, "log2": math.Log2, "sqrt": math.Sqrt, "sin": math.Sin, "cos": math.Cos,
	"tan": math.Tan, "tanh": math.Tanh, "floor": math.Floor, "ceil": math.Ceil, "abs": math.Abs, "fabs": math.Abs,
	"int": math.Trunc, "float": func(x float64) float64 { return x }, "round": math.RoundToEven,
}

// listFuncs are functions of several numbers.
var listFuncs = map[string]func(a, b float64) float64{
	"min": math.Min, "max": math.Max, "pow": math.Pow, "fmod": math.Mod,
}

func (p *parser) call(name string) expression {
	p.take("(")
	args := []expression{p.ternary()}
	for p.take(",") {
		args = append(args, p.ternary())
	}
	if !p.take(")") {
		return p.fail("missing ) after the arguments of %s", name)
	}
	if f := unaryFuncs[name]; f != nil && len(args) == 1 {
		return func(n map[string]float64) float64 { return f(args[0](n)) }
	}
	f := listFuncs[name]
	if f == nil {
		return p.fail("unknown function %s of %d arguments", name, len(args))
	}
	return func(n map[string]float64) float64 {
		v := args[0](n)
		for _, a := range args[1:] {
			v = f(v, a(n))
		}
		return v
	}
}

func truthOf(b bool) float64 { return choose(b, 1, 0) }

func choose(b bool, then, otherwise float64) float64 {
	if b {
		return then
	}
	return otherwise
}
