"""A recording to be looked at and listened to: its waveform, what moves in it, and the bar that records one."""
