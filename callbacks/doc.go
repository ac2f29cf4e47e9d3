// Package callbacks holds those of keras.callbacks: what is done beside training, at the end of epochs and between. They are
// given to Fit as pointers to struct literals; each keeps the state of one training and may serve the next. Any type with
// a method OnEpochEnd is a callback, see train.Callback; Lambda makes one of functions.
//
// Start reading at early_stopping.go; monitor.go is what those that watch a value share.
package callbacks
