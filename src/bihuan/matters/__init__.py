"""What must not be lost: one life-cycle for every matter, its steps, its journal."""
