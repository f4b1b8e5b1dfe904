"""Markdown for every tab: cut into leaves as it streams in, read inline, highlighted line by line. No widgets here."""
