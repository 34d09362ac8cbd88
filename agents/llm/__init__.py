"""The language model brain: one chat model, closed tools, closed answers, bounded in every direction."""
