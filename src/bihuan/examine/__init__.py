"""Examine: methods × snapshot × parameters → hits with evidence, and what was examined to find them."""
