package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// side is one program's figures of a row.
type side struct {
	Via       string  `json:"via"`
	MsMin     float64 `json:"ms_min"`
	MsMedian  float64 `json:"ms_median"`
	RSSMb     float64 `json:"rss_mb"`
	LossFirst float64 `json:"loss_first"`
	LossLast  float64 `json:"loss_last"`
}

// row is a line of the comparison with Keras: a workload, mode, number of threads and batch size, measured in turns.
type row struct {
	Workload    string             `json:"workload"`
	Mode        string             `json:"mode"`
	Threads     int                `json:"threads"`
	Batch       int                `json:"batch"`
	Backend     string             `json:"backend"` // Keras's
	Refused     string             `json:"refused"`
	Ours        side               `json:"ours"`
	Peer        side               `json:"peer"`
	RatioMin    float64            `json:"ratio_min"`
	RatioMedian float64            `json:"ratio_median"`
	Date        string             `json:"date"`
	Machine     machine            `json:"machine"`
	Runs        map[string][]round `json:"runs"`
}

type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
}

// round is what one process printed.
type round struct {
	Lines []struct {
		Roofline
		Via      string            `json:"via"`
		Versions map[string]string `json:"versions"`
	} `json:"lines"`
}

// results is all that the files hold.
type results struct {
	rows         []row
	gemm, conv   []kernelLine
	sweep        []sweepLine
	refusedOrBad []string
}

// read sorts the lines of a file by what they are. Of two lines for the same thing the later one stays.
func (r *results) read(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := r.line(lines.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (r *results) line(b []byte) error {
	var head struct {
		Workload string          `json:"workload"`
		Backend  string          `json:"backend"`
		Ours     json.RawMessage `json:"ours"`
		Refused  string          `json:"refused"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	switch {
	case head.Refused != "":
		r.refusedOrBad = append(r.refusedOrBad, head.Workload+" against "+head.Backend+": "+head.Refused)
		return nil
	case head.Ours != nil:
		return latest(b, &r.rows, func(a, b row) bool {
			return a.Workload == b.Workload && a.Mode == b.Mode && a.Threads == b.Threads && a.Batch == b.Batch && a.Backend == b.Backend
		})
	case head.Workload == "gemm", head.Workload == "conv":
		list := &r.gemm
		if head.Workload == "conv" {
			list = &r.conv
		}
		return latest(b, list, func(a, b kernelLine) bool { return a.Name == b.Name && a.Threads == b.Threads })
	case head.Workload == "sweep":
		return latest(b, &r.sweep, func(a, b sweepLine) bool {
			return a.Mode == b.Mode && a.Over == b.Over && a.Size == b.Size && a.Threads == b.Threads
		})
	}
	return fmt.Errorf("a line of workload %q is neither one of a comparison nor of gemm, conv or sweep", head.Workload)
}

// latest adds the line to the list, in the place of the one that it is the same as.
func latest[T any](b []byte, list *[]T, same func(a, b T) bool) error {
	var l T
	if err := json.Unmarshal(b, &l); err != nil {
		return err
	}
	if i := slices.IndexFunc(*list, func(old T) bool { return same(old, l) }); i >= 0 {
		(*list)[i] = l
		return nil
	}
	*list = append(*list, l)
	return nil
}

// report writes the page of the lines in the files.
func report(w io.Writer, files []string) error {
	if len(files) == 0 {
		return fmt.Errorf("--report needs files of lines")
	}
	var r results
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		err = r.read(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.write(w)
}

// roofline is that of our best variant: the one with the best minimum peaks around it.
func (r row) roofline() (best Roofline, ok bool) {
	for _, round := range r.Runs["ours"] {
		for _, l := range round.Lines {
			if l.RooflineMs > 0 && (!ok || l.RooflineMs < best.RooflineMs) {
				best, ok = l.Roofline, true
			}
		}
	}
	return best, ok
}

// versions are those of the software that a row met, such as "keras 3.15.1".
func (r row) versions() (all []string) {
	for _, round := range r.Runs["peer"] {
		if len(round.Lines) == 0 {
			continue
		}
		versions := round.Lines[0].Versions
		for _, name := range slices.Sorted(maps.Keys(versions)) {
			all = append(all, name+" "+versions[name])
		}
		break
	}
	return all
}
