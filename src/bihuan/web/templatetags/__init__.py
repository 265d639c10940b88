"""Tags that only the shell uses."""
