"""What the pages share: the frame, presets, the address, text, stored runs and the tour."""
