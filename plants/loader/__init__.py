"""Plant files: YAML 1.2 with places, all errors at once, a JSON Schema for editors."""
