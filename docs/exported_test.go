package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// undocumented lists the exported names of a file whose comment is missing or does not begin with the name. Methods of
// unexported types are nobody's to read about. A group of constants, variables or types may share one comment above it; in
// it, a name may have one of its own or a comment at the end of its line.
func undocumented(f *ast.File) []string {
	var names []string
	missing := func(name, kind string, doc *ast.CommentGroup) {
		if ast.IsExported(name) && !begins(doc, name) {
			names = append(names, fmt.Sprintf("%s %s", kind, name))
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			receiver, exported := receiverOf(d)
			if exported && ast.IsExported(d.Name.Name) && !begins(d.Doc, d.Name.Name) {
				names = append(names, "func "+receiver+d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					doc := s.Doc
					if doc == nil && !d.Lparen.IsValid() {
						doc = d.Doc
					}
					missing(s.Name.Name, "type", doc)
				case *ast.ValueSpec:
					if d.Lparen.IsValid() && (d.Doc != nil || s.Doc != nil || s.Comment != nil) {
						continue
					}
					for _, name := range s.Names {
						missing(name.Name, d.Tok.String(), d.Doc)
					}
				}
			}
		}
	}
	return names
}

// receiverOf is "T." for a method of T, and whether the function is one that users can name.
func receiverOf(d *ast.FuncDecl) (prefix string, exported bool) {
	if d.Recv == nil {
		return "", true
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + ".", x.IsExported()
		default:
			return "", true
		}
	}
}

// begins reports whether a comment begins with the name.
func begins(doc *ast.CommentGroup, name string) bool {
	first, _, _ := strings.Cut(strings.ReplaceAll(doc.Text(), "\n", " "), " ")
	return strings.TrimRight(first, ",.:'") == name || strings.HasPrefix(first, name+"'") || strings.HasPrefix(first, name+"(")
}

// userPackages parses the packages that users import: the whole module but tests, internal packages and programs.
func userPackages(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			skipped := []string{"internal", "testdata", "examples", "benchmarks", "docs"}
			if path != ".." && (slices.Contains(skipped, d.Name()) || strings.HasPrefix(d.Name(), ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err == nil && f.Name.Name != "main" {
			files = append(files, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, files
}

func TestExportedNamesAreDocumented(t *testing.T) {
	set, files := userPackages(t)
	if len(files) < 100 {
		t.Fatalf("found %d files, want at least 100", len(files))
	}
	packages := map[string]bool{} // whether it has a comment
	for _, f := range files {
		at := set.Position(f.Package).Filename
		for _, name := range undocumented(f) {
			t.Errorf("%s: %s needs a comment that begins with its name", at, name)
		}
		packages[filepath.Dir(at)] = packages[filepath.Dir(at)] || strings.HasPrefix(f.Doc.Text(), "Package "+f.Name.Name+" ")
	}
	for dir, documented := range packages {
		if !documented {
			t.Errorf("%s: no file has a comment that begins with \"Package %s\"", dir, filepath.Base(dir))
		}
	}
}

func TestUndocumented(t *testing.T) {
	const source = `package p

// Good is one.
type Good struct{}

type Bad struct{}

// Method is good.
func (Good) Method() {}

func (*Good) Bare() {}

func (bad) Free() {}

// This does something.
func Wrong() {}

// These share one.
const (
	A = 1
	B = 2
)

const C = 3

var (
	D = 4 // D is four.
	E = 5
)

type bad struct{}
`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"type Bad", "func Good.Bare", "func Wrong", "const C", "var E"}
	if got := undocumented(f); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
