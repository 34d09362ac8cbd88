"""Other simulators on the reference line, each in an environment of its own."""
