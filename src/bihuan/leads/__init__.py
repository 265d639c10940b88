"""From a run's hits to ranked leads with their evidence, dossiers and the labels that the score learns from."""
