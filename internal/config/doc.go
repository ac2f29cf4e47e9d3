// Package config gives the settings of layers, losses, optimizers and their like the form that Keras gives them: named
// classes with a dictionary of arguments. A type's configuration is its exported fields; struct tags say where Keras differs:
//
//	Units  int                              // "units"
//	NoBias bool    `keras:"use_bias,not"`   // another name, negated
//	Rate   float64 `default:"0.1"`          // the zero value means 0.1, graph.Zero means 0
//	Max    float64 `default:"none"`         // the zero value means Keras's None
//	Reduce string  `default:"sum" null:"none"` // Keras's None, which is not the default, is read as "none"
//	Size   int     `keras:",list"`          // written as a list of one number
//	Cache  int     `keras:"-"`              // no part of the configuration
//
// Two fields may have one name: a value read goes to the field that can hold it, and the later field is the one written
// unless it is zero and tagged omitempty.
//
// Registries find classes by name; Resolve fills defaults in; Encode and Decode go to and from Keras's JSON.
package config
