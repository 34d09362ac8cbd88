"""The engine for any flow: routes, batches, people, vehicles, material. `twin.engines` says which engine runs what."""
