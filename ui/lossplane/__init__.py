"""The parts of the loss-plane page: its knobs, pictures, tables and lessons."""
