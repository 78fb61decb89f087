"""What the pages share: the frame, the figures and the bridges to the engine."""
