"""What a run does at a step: a goal, a rule and a schedule."""
