#!/usr/bin/env bash
# Runs tests of package kernels on an emulated processor with AVX-512 (Bochs: Skylake-X), for machines that have none:
#
#	internal/kernels/verify/avx512.sh [arguments of the test binary; -test.run=Tiles without]
#
# Bochs boots a Linux kernel whose only program is the test binary. Needs Debian or Ubuntu with
# apt-get install bochs bochs-term grub-pc-bin grub-common xorriso mtools cpio, and Go.
# KERNEL=FILE names the kernel; without, the distribution's kernel for virtual machines is downloaded. Takes some minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- -test.run=Tiles -test.v
mkdir -p "$work/root/dev" "$work/iso/boot/grub"

kernel=${KERNEL:-}
if [ -z "$kernel" ]; then
	package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/ *Depends: //p' | head -1)
	(cd "$work" && apt-get download "$package" && dpkg -x ./*.deb deb) 2>"$work/apt.log" || { cat "$work/apt.log"; exit 1; }
	kernel=$(ls "$work"/deb/boot/vmlinuz-*)
fi
cp "$kernel" "$work/iso/boot/vmlinuz"

export CGO_ENABLED=0 GOOS=linux GOARCH=amd64
(cd "$here" && go build -o "$work/root/init" ./init && go test -c -o "$work/root/kernels.test" ..)
printf '%s\n' "$@" >"$work/root/args"
(cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/iso/boot/initrd.gz"

# XSAVEC and XSAVES (321, 323) are off because the kernel does not like the sizes that Bochs 2.7 reports for them.
cat >"$work/iso/boot/grub/grub.cfg" <<END
set timeout=0
menuentry tests {
	linux /boot/vmlinuz console=ttyS0,115200 mitigations=off tsc=reliable nosmp noapic clearcpuid=321,323 nopku nopcid
	initrd /boot/initrd.gz
}
END
grub-mkrescue -d /usr/lib/grub/i386-pc -o "$work/boot.iso" "$work/iso" 2>"$work/grub.log" || { cat "$work/grub.log"; exit 1; }

cat >"$work/bochsrc" <<END
display_library: term
sound: driver=dummy
speaker: enabled=0
megs: 512
cpu: model=corei7_skylake_x, count=1, ips=50000000
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=$work/boot.iso, status=inserted
boot: cdrom
clock: sync=none
com1: enabled=1, mode=file, dev=$work/serial.log
log: $work/bochs.log
panic: action=fatal
END
echo c >"$work/continue" # to Debian's Bochs, which begins in its debugger
TERM=vt100 timeout "${LIMIT:-3600}" script -qec "bochs -q -f $work/bochsrc -rc $work/continue" /dev/null >"$work/screen.log" 2>&1 </dev/null || true

grep -aE '^(=== RUN|--- |    --- |PASS|FAIL|panic|VERDICT)|_test\.go' "$work/serial.log" || tail -20 "$work/bochs.log"
grep -aq '^VERDICT passed' "$work/serial.log"
