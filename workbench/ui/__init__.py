"""The window: one folder for each tab, each a model (state, actions, signals) and the widgets that show it."""

from workbench.ui.interpreter import keep_none_alive

keep_none_alive()
