"""The Conflict geometry page."""
