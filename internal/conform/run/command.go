package run

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gorgonin/gorgonin/internal/conform/cases"
)

// Main is the command: it runs the cases in the folder that args name and returns the exit code, 0 when all passed, 1 when
// some failed, 2 when nothing could be run.
func Main(runners Runners, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conform", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: conform [flags] DIR\nDIR is a folder of categories, one category, or one case.")
		flags.PrintDefaults()
	}
	category := flags.String("category", "", "run only these `categories`, separated by commas")
	pattern := flags.String("run", "", "run only cases whose category/id matches this `regexp`")
	asJSON := flags.Bool("json", false, "print the report as JSON")
	asMarkdown := flags.Bool("markdown", false, "print the report as a page of documentation")
	verbose := flags.Bool("v", false, "print every failure, not one example for each reason")
	workers := flags.Int("j", 2, "cases that run at the same time")
	timeout := flags.Duration("timeout", 2*time.Minute, "time that a case may take")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return 2
	}
	refs, err := choose(flags.Arg(0), *category, *pattern)
	if err != nil {
		fmt.Fprintln(stderr, "conform:", err)
		return 2
	}
	start := time.Now()
	results := All(refs, runners, Options{Workers: *workers, Timeout: *timeout})
	report := Summarize(flags.Arg(0), results, time.Since(start).Seconds())
	if err := report.write(stdout, *asJSON, *asMarkdown, *verbose); err != nil {
		fmt.Fprintln(stderr, "conform:", err)
		return 2
	}
	if report.Passed < report.Total {
		return 1
	}
	return 0
}

func (r Report) write(w io.Writer, asJSON, asMarkdown, verbose bool) error {
	if asMarkdown {
		return r.WriteMarkdown(w)
	}
	if !asJSON {
		return r.WriteText(w, verbose)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// choose finds the cases in dir and keeps those that the flags ask for; none at all is an error.
func choose(dir, categories, pattern string) ([]cases.Ref, error) {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	refs, err := cases.Find(dir)
	if err != nil {
		return nil, err
	}
	wanted := strings.Split(categories, ",")
	refs = slices.DeleteFunc(refs, func(r cases.Ref) bool {
		return categories != "" && !slices.Contains(wanted, r.Category) || !match.MatchString(r.Category+"/"+r.ID)
	})
	if len(refs) == 0 {
		return nil, fmt.Errorf("no case in %s has category %q and matches %q", dir, categories, pattern)
	}
	return refs, nil
}
