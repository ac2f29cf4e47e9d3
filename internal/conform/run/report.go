package run

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Report is the outcome of a run, as -json prints it.
type Report struct {
	Dir        string     `json:"dir"`
	Passed     int        `json:"passed"`
	Total      int        `json:"total"`
	Seconds    float64    `json:"seconds"`
	Categories []Category `json:"categories"`
	Reasons    []Reason   `json:"reasons"`
	Failures   []Result   `json:"failures"`
}

// Category counts the cases of one category.
type Category struct {
	Name        string `json:"name"`
	Passed      int    `json:"passed"`
	Total       int    `json:"total"`
	Unsupported int    `json:"unsupported"`
}

// Reason is a group of failures, the largest first.
type Reason struct {
	Kind  Failure  `json:"kind"`
	Text  string   `json:"reason"`
	Cases []string `json:"cases"` // category/id
}

// Summarize makes the report of a run over dir.
func Summarize(dir string, results []Result, seconds float64) Report {
	r := Report{Dir: dir, Total: len(results), Seconds: seconds, Categories: []Category{}, Reasons: []Reason{}, Failures: []Result{}}
	categories := map[string]*Category{}
	reasons := map[[2]string]*Reason{}
	for _, result := range results {
		c := categories[result.Category]
		if c == nil {
			c = &Category{Name: result.Category}
			categories[result.Category] = c
		}
		c.Total++
		if result.Passed {
			c.Passed++
			r.Passed++
			continue
		}
		if result.Kind == Unsupported {
			c.Unsupported++
		}
		key := [2]string{string(result.Kind), result.Reason}
		if reasons[key] == nil {
			reasons[key] = &Reason{Kind: result.Kind, Text: result.Reason}
		}
		reasons[key].Cases = append(reasons[key].Cases, result.Category+"/"+result.ID)
		r.Failures = append(r.Failures, result)
	}
	for _, name := range slices.Sorted(maps.Keys(categories)) {
		r.Categories = append(r.Categories, *categories[name])
	}
	for _, reason := range reasons {
		r.Reasons = append(r.Reasons, *reason)
	}
	slices.SortFunc(r.Reasons, func(a, b Reason) int {
		return cmp.Or(len(b.Cases)-len(a.Cases), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	return r
}

// WriteText writes the counts of each category, their total, and the failures by reason with one example each; verbose:
// with every case and its message.
func (r Report) WriteText(w io.Writer, verbose bool) error {
	p := printer{w: w}
	for _, c := range r.Categories {
		p.printf("%s %d/%d\n", c.Name, c.Passed, c.Total)
	}
	p.printf("total %d/%d in %.1f s\n", r.Passed, r.Total, r.Seconds)
	messages := make(map[string]string, len(r.Failures))
	for _, f := range r.Failures {
		messages[f.Category+"/"+f.ID] = f.Message
	}
	for _, reason := range r.Reasons {
		p.printf("\n%d %s: %s\n", len(reason.Cases), reason.Kind, reason.Text)
		shown := reason.Cases
		if !verbose {
			shown = shown[:1]
		}
		for _, id := range shown {
			p.printf("    %s: %s\n", id, messages[id])
		}
	}
	return p.err
}

// printer keeps the first error of writing.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
