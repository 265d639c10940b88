"""Real and official files that nobody here wrote, collected as a user would, against the figures that must come out."""
