//go:build linux

// Command init is the first and only program of the emulated machine of avx512.sh: it runs the tests of package kernels, says how
// they ended and turns the machine off.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Println("VERDICT failed:", err)
	} else {
		fmt.Println("VERDICT passed")
	}
	time.Sleep(3 * time.Second) // for the serial line to drain
	_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
}

// run runs the tests with the arguments in /args, one a line.
func run() error {
	if err := syscall.Mknod("/dev/null", syscall.S_IFCHR|0o666, 1<<8|3); err != nil {
		return err
	}
	args, err := os.ReadFile("/args")
	if err != nil {
		return err
	}
	test := exec.Command("/kernels.test", strings.Split(strings.TrimSpace(string(args)), "\n")...)
	test.Dir = "/"
	test.Env = append(os.Environ(), "GORGONIN_SIMD=avx512", "TMPDIR=/")
	test.Stdout, test.Stderr = os.Stdout, os.Stdout
	return test.Run()
}
