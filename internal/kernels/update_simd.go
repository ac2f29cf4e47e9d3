//go:build amd64 || arm64

package kernels

// fields is a rule over the fields of a Region.
type fields func(dst *[3][]float32, src *[4][]float32, by *[6]float32, n int)

func (f fields) over(r *Region[float32]) { f(&r.Dst, &r.Src, &r.By, len(r.Dst[0])) }

// useRules replaces rules by assembly; rest is for the one that has a rest.
func useRules(rules map[string]Rule[float32], run map[string]fields, rest fields) {
	for name, f := range run {
		r := rules[name]
		r.Run = f.over
		if r.Rest != nil {
			r.Rest = rest.over
		}
		rules[name] = r
	}
}
