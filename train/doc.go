// Package train compiles and trains models: what compile, fit, evaluate and predict are in Keras. Users call the methods of
// [Trainer] on a model, which embeds one.
//
// Start reading at model.go (what a model is here) and trainer.go. Each phase (training, testing, predicting) is one compiled
// program, built in program.go from the settings that settings.go resolves; fit.go is the loop around it.
package train
