"""Requests of a log sent through the draft and through what is deployed, side by side."""
