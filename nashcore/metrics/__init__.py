"""Group metrics of many models at once, and intervals; knows only torch and numpy."""
