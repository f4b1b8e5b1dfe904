"""Looking at pictures closely, one or two at a time."""
