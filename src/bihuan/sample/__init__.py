"""Audit sampling (plan, draw, answers, evaluation) and profiles of the columns of the books."""
