"""Profiles: what the columns of the books look like, before any question is asked of them."""
