"""The compiled engine (Numba): the events of `twin.LineSimulation`, bit by bit, many times as fast.

Imported by `twin.engines` where Numba is there, and by nobody else at import time.
"""
