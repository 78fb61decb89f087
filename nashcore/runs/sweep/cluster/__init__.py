"""A sweep on a Dask cluster; imported where one is asked for, since it brings an optional library along."""
