"""Small charts: axes, bars, lines, points with intervals. They tell a value where the mouse or the arrow keys are."""
