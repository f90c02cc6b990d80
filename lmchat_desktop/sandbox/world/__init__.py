"""The sample world of the sandbox: people, a catalogue and traffic composed from measurements."""
