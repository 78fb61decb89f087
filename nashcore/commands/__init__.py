"""The commands, one module a subject; `nashcore.__main__` gathers them.

A face, not an engine room: with `nashcore.__main__` the only modules of nashcore that may import synthetic and benchmarks.
"""
