"""The graph's nodes, one verb a file: `make_<verb>(…) -> async node(state) -> partial state`."""
