"""What every tab chooses models with: the list of the target, the popup over it, its rows, and the line of one that is chosen."""
