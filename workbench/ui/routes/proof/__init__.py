"""Panels that prove a route before it is deployed: problems, dry run, tests."""
