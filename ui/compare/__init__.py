"""The parts of the page that holds runs side by side."""
