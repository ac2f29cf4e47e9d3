package run

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// preface stands before the numbers in the page that [Report.WriteMarkdown] writes.
const preface = `# Conformance with Keras

Every case was recorded from Keras 3.15.1: a call from its own test-suite with the arguments, the weights, the results and the
gradients. A case passes when all of them agree: floating point results within 1e-5 of the largest element (1e-4 for
gradients; more only where two of Keras's own backends differ by more), everything else exactly. An argument that a runner
does not pass on makes a case fail, so none passes by luck.

This page is written by a command. DIR is a folder of recorded cases, <category>/<id>/case.json:

    go run ./internal/conform -markdown DIR >docs/conformance.md

`

// postscript says which tests of the repository may be skipped.
const postscript = `
## Tests that are skipped

go test ./... needs neither network nor files from outside. Tests that need more skip themselves and say why:

- package datasets parses the real MNIST test images, and packages functional and internal/hdf5 load files that Keras wrote,
  where they lie in a folder "shared" beside the repository (for functional, where GORGONIN_SHARED says): the recorded files
  are too large for the repository;
- internal/hdf5 lets h5py read what it wrote if GORGONIN_H5PY names a Python that has h5py, and functional lets Keras load what
  it saved if GORGONIN_KERAS names one that has Keras: a Go checkout has neither;
- a recorded model with a layer that does not exist here is skipped by its name, and counts as failed in the table above;
- the tests of AVX2 kernels need a processor that has AVX2.
`

// WriteMarkdown writes the report as a page of documentation: what passes in each category, and every reason why cases fail
// with how many there are and the functions, layers or files concerned.
func (r Report) WriteMarkdown(w io.Writer) error {
	p := printer{w: w}
	p.printf("%s| category | passed | total | unsupported | otherwise failing |\n|---|--:|--:|--:|--:|\n", preface)
	unsupported := 0
	for _, c := range r.Categories {
		p.printf("| %s | %d | %d | %d | %d |\n", c.Name, c.Passed, c.Total, c.Unsupported, c.Total-c.Passed-c.Unsupported)
		unsupported += c.Unsupported
	}
	p.printf("| **all** | **%d** | **%d** | **%d** | **%d** |\n", r.Passed, r.Total, unsupported, r.Total-r.Passed-unsupported)
	p.printf("\n## Why cases fail\n\n")
	if len(r.Reasons) == 0 {
		p.printf("None does.\n")
	} else {
		p.printf("| cases | how | reason | of |\n|--:|---|---|---|\n")
	}
	for _, reason := range r.Reasons {
		p.printf("| %d | %s | %s | %s |\n", len(reason.Cases), reason.Kind, cell(reason.Text), cell(concerned(reason.Cases)))
	}
	p.printf("%s", postscript)
	return p.err
}

// cell is text that does not end a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "*", "\\*").Replace(text)
}

// concerned are what the cases are of: their names without the hash that tells settings of one thing apart.
func concerned(ids []string) string {
	var names []string
	for _, id := range ids {
		name, _, _ := strings.Cut(id, "-")
		if category, rest, ok := strings.Cut(id, "/"); ok && strings.HasPrefix(rest, "ops-") {
			name = category + "/" + rest
		}
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	const most = 12
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
