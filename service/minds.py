"""Which brain proposes: the solver, the scripted model, or a chat model by name; models fall back visibly."""
