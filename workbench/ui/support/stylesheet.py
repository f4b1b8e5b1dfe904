"""The one stylesheet. Small on purpose: every rule is matched against every widget when it is first shown.

What it gives to all tabs, by dynamic property:
  QPushButton   kind = primary | quiet | danger | segment   (none: secondary)
  QLabel        role = muted | accent | good | warn | bad
  QFrame        kind = card
  any field     invalid = true
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.resources import resource

if TYPE_CHECKING:
    from workbench.ui.support.theme import Theme

_TEMPLATE = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}
QPushButton {{ background: {raised}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 5px 12px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {pressed}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {faded}; border-color: {line}; background: {surface}; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[kind="primary"]:pressed {{ background: {accent_pressed}; }}
QPushButton[kind="primary"]:focus {{ border-color: {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {line}; color: {muted}; border-color: {line}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; padding: 5px 8px; }}
QPushButton[kind="quiet"]:hover {{ background: {hover}; }}
QPushButton[kind="quiet"]:checked {{ background: {pressed}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {accent}; }}
QPushButton[kind="danger"]:enabled {{ color: {bad}; }}
QPushButton[kind="segment"]:checked {{ background: {tint}; border-color: {accent}; }}
QToolButton {{ background: transparent; color: {text}; border: 1px solid transparent; border-radius: 6px; padding: 4px; }}
QToolButton:hover, QToolButton:open {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {pressed}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="accent"] {{ color: {accent}; }}
QLabel[role="good"] {{ color: {good}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="bad"] {{ color: {bad}; }}
QFrame[kind="card"] {{ background: {raised}; border: 1px solid {line}; border-radius: 10px; }}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {{
  background: {canvas}; color: {text}; border: 1px solid {edge}; border-radius: 6px; padding: 4px 8px; min-height: 18px; }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0 2px; min-height: 0; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus {{ border-color: {accent}; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ color: {faded}; border-color: {line}; background: {surface}; }}
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QComboBox[invalid="true"] {{ border-color: {bad}; }}
QLineEdit[kind="bare"] {{ border: none; background: transparent; padding: 0; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {line}; padding: 4px; outline: none; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QPlainTextEdit[kind="field"], QTextEdit[kind="field"] {{
  background: {canvas}; border: 1px solid {edge}; border-radius: 6px; padding: 4px; }}
QPlainTextEdit[kind="field"]:focus, QTextEdit[kind="field"]:focus {{ border-color: {accent}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: {box}px; height: {box}px; border: 1px solid {edge}; border-radius: 4px; background: {canvas}; }}
QCheckBox::indicator:hover {{ border-color: {muted}; }}
QCheckBox::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{check}"); }}
QCheckBox::indicator:checked:focus {{ border-color: {text}; }}
QCheckBox::indicator:disabled {{ border-color: {line}; background: {surface}; }}
QMenu {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 10px; border-radius: 4px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::item:selected {{ background: {tint}; }}
QMenu::item:disabled {{ color: {faded}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 6px; }}
QAbstractItemView {{ outline: none; selection-background-color: {tint}; selection-color: {text}; }}
QListView, QTreeView, QTableView {{ border: none; background: transparent; }}
QListView:window {{ background: {raised}; border: 1px solid {line}; padding: 0 4px; }}
QListView::item, QTreeView::item {{ min-height: {row}px; border-radius: 6px; padding: 0 6px; }}
QListView::item:hover, QTreeView::item:hover {{ background: {hover}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {tint}; color: {text}; }}
QScrollArea {{ border: none; background: transparent; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: transparent; color: {muted}; border: none; border-bottom: 1px solid {line}; padding: 4px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {thumb}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {edge}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QSplitter::handle:hover {{ background: {accent}; }}
QTabBar {{ background: transparent; }}
QTabBar::tear {{ width: 0; border: none; }}
QTabBar::tab {{ background: transparent; color: {muted}; border: none; border-bottom: 2px solid transparent; padding: 6px 10px 5px 10px; }}
QTabBar::tab:hover {{ color: {text}; background: {hover}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:selected:focus {{ color: {accent}; }}
QTabBar::scroller {{ width: 40px; }}
QProgressBar {{ background: {line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
"""


def _picture(theme: Theme, name: str) -> str:
    """A stylesheet takes pictures from files only, so these few are there in both colours."""
    return resource(f"stylesheet/{name}-{'dark' if theme.dark else 'light'}.svg").as_posix()


def stylesheet(theme: Theme) -> str:
    from workbench.ui.support.theme import ROW, mixed

    tokens = theme.tokens
    return _TEMPLATE.format(
        raised=tokens.raised,
        text=tokens.text,
        line=tokens.line,
        edge=tokens.edge,
        border=mixed(tokens.line, tokens.edge, 0.35),
        thumb=mixed(tokens.line, tokens.edge, 0.5),
        surface=tokens.surface,
        canvas=tokens.canvas,
        muted=tokens.muted,
        faded=mixed(tokens.muted, tokens.canvas, 0.35),
        accent=tokens.accent,
        accent_hover=mixed(tokens.accent, tokens.text, 0.12),
        accent_pressed=mixed(tokens.accent, tokens.text, 0.22),
        on_accent=tokens.on_accent,
        good=tokens.good,
        warn=tokens.warn,
        bad=tokens.bad,
        hover=theme.hover(),
        pressed=theme.pressed(),
        tint=theme.tint(),
        row=theme.px(ROW - 4),
        box=theme.px(14),
        chevron=_picture(theme, "chevron"),
        check=_picture(theme, "check"),
    )
