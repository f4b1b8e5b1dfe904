"""The window: one folder for each tab, each a model (state, actions, signals) and the widgets that show it."""

from workbench.ui.interpreter import import_as_usual, keep_none_alive, without_signatures

with without_signatures():
    import PySide6.QtCore  # noqa: F401

import_as_usual()
keep_none_alive()
