"""What the training page is made of: choosing a table, checking it, choosing a run, watching it, reading it."""
