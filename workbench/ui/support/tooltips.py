"""Tooltips that say what somebody else wrote."""

from __future__ import annotations

from html import escape


def as_tip(text: str) -> str:
    """The text as it is: Qt takes a tooltip that looks like HTML for HTML, and would fetch the pictures it names."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if "<" in text else text
