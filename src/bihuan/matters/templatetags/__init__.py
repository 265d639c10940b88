"""Tags of the matters' pages."""
