package main

// op is a vector instruction whose register fields are zero; see the Arm Architecture Reference Manual, C7.2.
type op struct {
	name string
	word uint32
}

// Instructions on four float32 or 32-bit integers. Those that Go's assembler knows are here too: one way to write all.
var (
	fadd   = op{"FADD 4S", 0x4e20d400}
	fsub   = op{"FSUB 4S", 0x4ea0d400}
	fmul   = op{"FMUL 4S", 0x6e20dc00}
	fdiv   = op{"FDIV 4S", 0x6e20fc00}
	fmla   = op{"FMLA 4S", 0x4e20cc00} // Rd += Rn*Rm
	fmls   = op{"FMLS 4S", 0x4ea0cc00}
	fmlaE  = op{"FMLA 4S, Rm.S[0]", 0x4f801000}
	fmax   = op{"FMAX 4S", 0x4e20f400} // NaN if either is, and +0 is above -0: Go's max
	fmin   = op{"FMIN 4S", 0x4ea0f400}
	faddp  = op{"FADDP 4S", 0x6e20d400}
	fmaxv  = op{"FMAXV S", 0x6e30f800}
	fminv  = op{"FMINV S", 0x6eb0f800}
	umaxv  = op{"UMAXV S", 0x6eb0a800}
	fsqrt  = op{"FSQRT 4S", 0x6ea1f800}
	fneg   = op{"FNEG 4S", 0x6ea0f800}
	fabs   = op{"FABS 4S", 0x4ea0f800}
	frintn = op{"FRINTN 4S", 0x4e218800}
	fcvtns = op{"FCVTNS 4S", 0x4e21a800}
	scvtf  = op{"SCVTF 4S", 0x4e21d800}
	fcmeq  = op{"FCMEQ 4S", 0x4e20e400}
	fcmge  = op{"FCMGE 4S", 0x6e20e400}
	fcmgt  = op{"FCMGT 4S", 0x6ea0e400}

	add  = op{"ADD 4S", 0x4ea08400}
	sub  = op{"SUB 4S", 0x6ea08400}
	neg  = op{"NEG 4S", 0x6ea0b800}
	and  = op{"AND", 0x4e201c00}
	orr  = op{"ORR", 0x4ea01c00}
	eor  = op{"EOR", 0x6e201c00}
	not  = op{"NOT", 0x6e205800}
	bsl  = op{"BSL", 0x6e601c00} // Rd = Rd ? Rn : Rm
	trn1 = op{"TRN1 4S", 0x4e802800}
	trn2 = op{"TRN2 4S", 0x4e806800}
	uzp1 = op{"UZP1 4S", 0x4e801800}
	uzp2 = op{"UZP2 4S", 0x4e805800}

	trn1D  = op{"TRN1 2D", 0x4ec02800}
	trn2D  = op{"TRN2 2D", 0x4ec06800}
	uzp1H  = op{"UZP1 8H", 0x4e401800}
	uzp1B  = op{"UZP1 16B", 0x4e001800}
	xtnH   = op{"XTN 4H", 0x0e612800}
	xtnB   = op{"XTN 8B", 0x0e212800}
	uxtlH  = op{"UXTL 8H", 0x2f08a400}
	uxtlS  = op{"UXTL 4S", 0x2f10a400}
	umull  = op{"UMULL 2D", 0x2ea0c000}
	umull2 = op{"UMULL2 2D", 0x6ea0c000}
)

// Instructions on two float64.
var (
	faddD   = op{"FADD 2D", 0x4e60d400}
	fmulD   = op{"FMUL 2D", 0x6e60dc00}
	fmlaD   = op{"FMLA 2D", 0x4e60cc00}
	fmlaDE  = op{"FMLA 2D, Rm.D[0]", 0x4fc01000}
	fmaxD   = op{"FMAX 2D", 0x4e60f400}
	faddpD  = op{"FADDP D", 0x7e70d800}
	fcvtl   = op{"FCVTL 2D", 0x0e617800}
	fcvtl2  = op{"FCVTL2 2D", 0x4e617800}
	fcvtn   = op{"FCVTN 2S", 0x0e616800}
	fcvtn2  = op{"FCVTN2 4S", 0x4e616800}
	ucvtfD  = op{"UCVTF 2D", 0x6e61d800}
	uxtlD   = op{"UXTL 2D", 0x2f20a400}
	uxtlD2  = op{"UXTL2 2D", 0x6f20a400}
	zeroAll = op{"MOVI 0", 0x6f00e400}
)

// Shifts of 32-bit integers by a number of bits; ushrB is one of bytes.
func shl(n int) op   { return op{"SHL 4S", 0x4f005400 | uint32(32+n)<<16} }
func sshr(n int) op  { return op{"SSHR 4S", 0x4f000400 | uint32(64-n)<<16} }
func ushr(n int) op  { return op{"USHR 4S", 0x6f000400 | uint32(64-n)<<16} }
func ushrB(n int) op { return op{"USHR 16B", 0x6f000400 | uint32(16-n)<<16} }
