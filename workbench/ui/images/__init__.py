"""The Images tab: ask for pictures, look at them, keep them, find them again."""
