"""From what departments hand over to rows of the model: strict, complete, with the place of every row."""
