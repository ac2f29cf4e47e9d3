package datasets

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// served is a source with one file, "f", on a local server that counts how often it is asked.
func served(t *testing.T, answer http.HandlerFunc) (source, *atomic.Int32) {
	t.Helper()
	t.Setenv("GORGONIN_DATA", t.TempDir())
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	sum := md5.Sum([]byte("content"))
	return source{name: "set", url: server.URL + "/", files: []file{{"f", hex.EncodeToString(sum[:])}}}, &asked
}

func TestFetchDownloadsOnce(t *testing.T) {
	s, asked := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/f" {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte("content"))
	})
	for range 2 {
		paths, err := s.fetch(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(os.Getenv("GORGONIN_DATA"), "set", "f"); len(paths) != 1 || paths[0] != want {
			t.Errorf("paths %v, want %s", paths, want)
		}
		if got, err := os.ReadFile(paths[0]); string(got) != "content" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("%d downloads", n)
	}
	paths, _ := s.fetch(context.Background())
	if err := os.WriteFile(paths[0], []byte("contend"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.fetch(context.Background()); err == nil || !strings.Contains(err.Error(), paths[0]+" is damaged") {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestFetchLeavesNothingHalf(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		answer http.HandlerFunc
		want   string
	}{
		{func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("other")) }, "the server sent a file whose MD5 is"},
		{func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, "the server answered 404"},
		{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "7")
			w.Write([]byte("cont"))
		}, "unexpected EOF"},
		{func(w http.ResponseWriter, r *http.Request) { // the last: it cancels the context
			w.Write([]byte("cont"))
			w.(http.Flusher).Flush()
			cancel()
			<-r.Context().Done()
		}, "context canceled"},
	} {
		s, _ := served(t, c.answer)
		_, err := s.fetch(ctx)
		dir := filepath.Join(os.Getenv("GORGONIN_DATA"), "set")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "put f into "+dir) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: files are left: %v", c.want, left)
		}
	}
	cancel()
}

func TestNoNetworkSaysWhatToDo(t *testing.T) {
	root := t.TempDir()
	t.Setenv("GORGONIN_DATA", root)
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // as good as no network
	for name, load := range map[string]func() error{
		"mnist":         func() error { _, _, err := MNIST(ctx); return err },
		"fashion-mnist": func() error { _, _, err := FashionMNIST(ctx); return err },
		"cifar-10":      func() error { _, _, err := CIFAR10(ctx); return err },
		"cifar-100":     func() error { _, _, err := CIFAR100(ctx); return err },
	} {
		err := load()
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "into "+filepath.Join(root, name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := MNISTTest(ctx)
	if want := "put t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz into"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestCacheFolder(t *testing.T) {
	t.Setenv("GORGONIN_DATA", "")
	t.Setenv("XDG_CACHE_HOME", "/cache")
	t.Setenv("HOME", "/home")
	t.Setenv("LocalAppData", `C:\cache`)
	root, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mnist.dir(); err != nil || got != filepath.Join(root, "gorgonin", "mnist") {
		t.Errorf("%s, %v", got, err)
	}
}
