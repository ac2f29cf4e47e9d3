package kernels

//go:generate go -C gen/amd64 run ./winograd -out ../../winograd_avx2_amd64.s -stubs ../../winogradstub_amd64.go -pkg kernels

func init() {
	if simd != "off" && hasAVX2() {
		winogradRows = &winogradTransforms{winogradInputAVX2, winogradGradAVX2, winogradOutputAVX2, winogradKernelAVX2, winogradKernelGradAVX2}
	}
}
