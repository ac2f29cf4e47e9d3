// Package autodiff builds gradients. They are ordinary nodes of the graph that holds what they are gradients of: they can be
// printed, fed into more operations, used as outputs of models and differentiated again.
//
// [Grad] is the gradient of a scalar, [ParamGrads] that with respect to parameters, [VJP] the vector-Jacobian product
// behind both. [JVP], [Jacobian], [Hessian] and [HVP] are built of it. [Checkpoint] trades memory for time, [Custom]
// replaces a gradient by one's own, and [CheckGrad] compares gradients with differences.
package autodiff
