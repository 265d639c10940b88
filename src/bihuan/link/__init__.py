"""People and organisations across all departments: who is the same, and who stands behind whom."""
