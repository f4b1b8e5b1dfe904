"""The words the transcript says itself. A QObject for its `tr`."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Words(QObject):
    def copy(self) -> str:
        return self.tr("Copy message")

    def retry(self) -> str:
        return self.tr("Ask again")

    def edit(self) -> str:
        return self.tr("Edit and send again")

    def details(self) -> str:
        return self.tr("What was sent and received")

    def try_on_route(self) -> str:
        return self.tr("Try on a route")

    def details_button(self) -> str:
        return self.tr("Details")

    def retry_button(self) -> str:
        return self.tr("Try again")

    def copy_code(self) -> str:
        return self.tr("Copy code")

    def show(self) -> str:
        return self.tr("Show")

    def hide(self) -> str:
        return self.tr("Hide")

    def superseded(self, label: str, *, asked: bool) -> str:
        """label: who wrote it. asked: the user did."""
        if asked:
            return self.tr("Earlier question")
        return self.tr("Earlier answer by {0}").format(label) if label else self.tr("Earlier answer")

    def picture(self) -> str:
        return self.tr("Picture")

    def latest(self) -> str:
        return self.tr("Jump to latest")

    def waiting(self, seconds: int) -> str:
        if seconds < 2:
            return self.tr("Waiting for the first words")
        return self.tr("Waiting for the first words · {0} s").format(seconds)

    def delayed(self, what: str, seconds: int) -> str:
        """what: the sentence of the failure that is waited out."""
        return self.tr("{0} Trying again in {1} s").format(what, max(1, seconds))

    def reasoning(self, seconds: float | None, thinking: bool) -> str:
        if thinking:
            return (
                self.tr("Thinking…")
                if seconds is None
                else self.tr("Thinking… {0} s").format(f"{seconds:.0f}")
            )
        if seconds is None:
            return self.tr("Reasoning")
        return self.tr("Thought for {0} s").format(f"{seconds:.1f}")

    def tool(self, name: str) -> str:
        return self.tr("Tool call · {0}").format(name)

    def transcript(self) -> str:
        return self.tr("Conversation")

    def said(self, label: str, state: str) -> str:
        return self.tr("{0}, {1}").format(label, state) if state else label

    def streaming(self) -> str:
        return self.tr("still answering")

    def ended(self) -> str:
        return self.tr("answer complete")

    def menu(self) -> tuple[str, str, str, str, str]:
        """Copy, copy as plain text, copy message, copy link, select all."""
        return (
            self.tr("Copy"),
            self.tr("Copy as plain text"),
            self.tr("Copy message"),
            self.tr("Copy link address"),
            self.tr("Select all"),
        )
