"""Models: how well each keeps the labels apart and finds what it should, against what it costs."""
