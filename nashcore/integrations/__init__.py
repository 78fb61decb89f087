"""Doors into other libraries; each needs its library installed, and nothing else of the engine does."""
