"""The plant description: stations, buffers, products, orders, parameters, tags."""
