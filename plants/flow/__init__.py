"""The values that flow through the house, from `Sample` to `Outcome`; one frozen model a file."""
