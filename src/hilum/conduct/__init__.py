"""A whole study from file to report, stage by stage, resumable."""
