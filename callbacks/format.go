package callbacks

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// spec is the part of Python's format language that file names use: "02d", ".2f", "8.3e".
var spec = regexp.MustCompile(`^(0?[0-9]*)(\.[0-9]+)?([dfeFEgG]?)$`)

// format fills {name} and {name:spec} in a text, as Python's str.format does. Values are int or float64.
func format(text string, values map[string]any) (string, error) {
	var b strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		if strings.HasPrefix(text[i:], "{{") || strings.HasPrefix(text[i:], "}}") {
			b.WriteByte(text[i])
			text = text[i+2:]
			continue
		}
		end := strings.IndexByte(text[i:], '}')
		if text[i] == '}' || end < 0 {
			return "", fmt.Errorf("a single %q in %q: write it twice to mean itself", text[i], text)
		}
		field, err := formatField(text[i+1:i+end], values)
		if err != nil {
			return "", err
		}
		b.WriteString(field)
		text = text[i+end+1:]
	}
	return b.String(), nil
}

func formatField(field string, values map[string]any) (string, error) {
	name, how, _ := strings.Cut(field, ":")
	v, ok := values[name]
	if !ok {
		known := make([]string, 0, len(values))
		for k := range values {
			known = append(known, k)
		}
		slices.Sort(known)
		return "", fmt.Errorf("there is no value %q for {%s}: there are %s", name, field, strings.Join(known, ", "))
	}
	m := spec.FindStringSubmatch(how)
	if m == nil {
		return "", fmt.Errorf("the format %q of {%s} is none of the kinds 02d, .2f, .3e", how, field)
	}
	width, precision, verb := m[1], m[2], m[3]
	if n, ok := v.(int); ok && (verb == "" || verb == "d") && precision == "" {
		return fmt.Sprintf("%"+width+"d", n), nil
	}
	f, _ := v.(float64)
	if n, ok := v.(int); ok {
		f = float64(n)
	}
	switch {
	case verb == "d":
		return "", fmt.Errorf("{%s} formats the number %v as a whole one: use f", field, f)
	case verb == "" && precision == "":
		return fmt.Sprintf("%"+width+"s", float(f)), nil
	case verb == "":
		verb = "g"
	}
	return fmt.Sprintf("%"+width+precision+verb, f), nil
}

// float writes a number as Python does: the shortest digits that give it back, with a point.
func float(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
