"""Ready plants: one YAML file each."""
