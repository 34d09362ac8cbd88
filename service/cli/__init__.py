"""The `jayul` command line: one subject a file; heavy imports inside the commands, so that help is quick."""
