"""The only door to DuckDB and Spark: engines, snapshots, parts, runs' folders and locks."""
