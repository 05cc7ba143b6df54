"""Speed, memory and quality, measured beside named peers in the same run."""
