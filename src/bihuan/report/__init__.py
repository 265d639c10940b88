"""Renderers: leads as a workbook for the field, evidence as a sheet to be signed, a run as one page."""
