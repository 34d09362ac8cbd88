"""Why a line does what it does: bottlenecks, losses, sensitivity, distributions, energy, orders."""
