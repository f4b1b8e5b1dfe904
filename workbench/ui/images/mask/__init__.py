"""Painting where a picture is to be painted anew."""
