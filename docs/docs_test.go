// Package docs holds the guides. Its tests see to it that every Go snippet in them is part of a program that is tested, and
// that every link between them leads somewhere.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// guides are the README and the files of this folder.
func guides(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) < 5 {
		t.Fatalf("the guides are missing: %v, %v", files, err)
	}
	return append(files, "../README.md")
}

// squeeze drops indentation and blank lines, so that a snippet may stand at another depth.
func squeeze(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{".", "../examples", "../ops", "../layers", "../backend/native"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			b, err := os.ReadFile(path)
			all.WriteString(squeeze(string(b)) + "\n")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestSnippetsAreTested(t *testing.T) {
	code := sources(t)
	fence := regexp.MustCompile("(?s)```go\n(.*?)```")
	found := 0
	for _, file := range guides(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fence.FindAllStringSubmatch(string(b), -1) {
			found++
			if !strings.Contains(code, squeeze(m[1])) {
				t.Errorf("%s: this snippet stands in no Go file under docs, examples, ops, layers or backend/native:\n%s", file, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("found %d snippets, want at least 10", found)
	}
}

func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	for _, file := range guides(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
		}
	}
}
