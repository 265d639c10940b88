"""Bihuan 闭环 tests every row of public money and follows each lead until it is proved closed."""

__version__ = "0.1.0"
