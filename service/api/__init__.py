"""The REST API: OpenAPI as the contract, JSON errors of one shape, a bearer token on everything but health."""
