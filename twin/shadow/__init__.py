"""The shadow: the live line as a `LineState`, put together from the stream of samples."""
