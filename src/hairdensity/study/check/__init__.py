"""Photos become a baseline, and later a list of what has drifted from it, stage by stage."""
