"""The demo: a virtual plant, the service and a narrator, from one command."""
