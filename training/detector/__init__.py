"""The detector that ships in a model bundle: left from right, and gradability, by the image alone. Research use only."""
