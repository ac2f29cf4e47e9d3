package functional

// ResetStates makes the stateful recurrent layers of the model, nested models included, begin with zeros again.
func (m *Model) ResetStates() {
	for _, l := range m.Layers() {
		if r, ok := l.(interface{ ResetStates() }); ok {
			r.ResetStates()
		}
	}
}
