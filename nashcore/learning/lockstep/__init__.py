"""The batched program that trains all models of a run together."""
