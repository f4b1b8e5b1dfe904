"""The window: one folder for each tab, each a model (state, actions, signals) and the widgets that show it."""

import PySide6.QtCore  # noqa: F401  what is guarded has to be there

from workbench.ui.interpreter import keep_none_alive, stop_reading_sources

stop_reading_sources()
keep_none_alive()
