"""What stored runs come to: figures, comparisons, exports and scores."""
