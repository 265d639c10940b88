"""Speed, memory and conformance: everything that is measured, not unit-tested."""
