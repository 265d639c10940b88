"""A fictional county: raw files of its departments, with problems planted as people commit them, and the truth."""
