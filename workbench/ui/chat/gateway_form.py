"""The gateway options of a request, as a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from workbench.domain.chat import Backoff, GatewayOptions, MetadataValue
from workbench.domain.errors import InvalidInput
from workbench.domain.parameters import ParameterKind, ParameterSpec
from workbench.ui.chat.fields import Field
from workbench.ui.chat.metadata_table import MetadataTable
from workbench.ui.chat.values import Value
from workbench.ui.support.theme import PADDING, Theme

_ON, _OFF = "on", "off"


class GatewayForm(QWidget):
    """Cache, retries, time-out, log and metadata; each checked by GatewayOptions as it is typed."""

    changed = Signal(object)
    """GatewayOptions."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = GatewayOptions()
        self.fields = {spec.name: Field(spec, theme) for spec in self._specs()}
        self.skip_cache = QCheckBox(self.tr("Skip the cache"))
        self.skip_cache.setToolTip(self.tr("Ask the model even when a stored answer would do."))
        self.metadata = MetadataTable(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(PADDING)
        layout.addWidget(self.skip_cache)
        for field in self.fields.values():
            field.edited.connect(self._edited)
            layout.addWidget(field)
        layout.addWidget(self.metadata)
        self.skip_cache.toggled.connect(self._skip)
        self.metadata.changed.connect(self._described)

    @property
    def count(self) -> int:
        """How many options are set."""
        unset = GatewayOptions()
        names = (*self.fields, "skip_cache", "metadata")
        return sum(getattr(self._options, name) != getattr(unset, name) for name in names)

    def show_options(self, options: GatewayOptions) -> None:
        if options == self._options:
            return
        self._options = options
        for name, field in self.fields.items():
            field.show_value(_shown(name, options))
        self.skip_cache.setChecked(options.skip_cache)
        self.metadata.show_entries(options.metadata)

    def _specs(self) -> tuple[ParameterSpec, ...]:
        whole, choice, text = ParameterKind.INT, ParameterKind.CHOICE, ParameterKind.TEXT
        return (
            ParameterSpec(
                "cache_ttl_s",
                self.tr("Cache time (s)"),
                whole,
                self.tr("How long the gateway may answer from its cache: 0, or 60 seconds to one month."),
            ),
            ParameterSpec(
                "cache_key",
                self.tr("Cache key"),
                text,
                self.tr("Requests with the same key share one stored answer."),
            ),
            ParameterSpec(
                "max_attempts", self.tr("Attempts"), whole, self.tr("How often the gateway tries: 1 to 5.")
            ),
            ParameterSpec(
                "retry_delay_ms",
                self.tr("Delay between attempts (ms)"),
                whole,
                self.tr("From 0 to 5000."),
            ),
            ParameterSpec(
                "backoff",
                self.tr("Growth of the delay"),
                choice,
                "",
                choices=tuple(each.value for each in Backoff),
            ),
            ParameterSpec(
                "request_timeout_ms",
                self.tr("Time-out (ms)"),
                whole,
                self.tr("The gateway gives up when the first byte has not come by then."),
            ),
            ParameterSpec(
                "collect_log",
                self.tr("Log at the gateway"),
                choice,
                self.tr("Whether this request is kept in the gateway's log."),
                choices=(_ON, _OFF),
            ),
        )

    def _edited(self, name: str, value: Value) -> None:
        change: dict[str, Any] = {name: _sent(name, value)}
        try:
            replace(GatewayOptions(), **change).check()
        except InvalidInput as error:
            self.fields[name].complain(error.what)
            return
        self._set(**change)

    def _skip(self, skip: bool) -> None:
        self._set(skip_cache=skip)

    def _described(self, metadata: dict[str, MetadataValue]) -> None:
        try:
            replace(GatewayOptions(), metadata=metadata).check()
        except InvalidInput as error:
            self.metadata.complain(" ".join(part for part in (error.what, error.why) if part))
            return
        self.metadata.complain("")
        self._set(metadata=metadata)

    def _set(self, **change: Any) -> None:
        options = replace(self._options, **change)
        if options != self._options:
            self._options = options
            self.changed.emit(options)


def _sent(name: str, value: Value) -> object:
    """A field's value as GatewayOptions has it."""
    match name:
        case "cache_key":
            return value or ""
        case "backoff":
            return Backoff(str(value)) if value else None
        case "collect_log":
            return None if value is None else value == _ON
        case _:
            return value


def _shown(name: str, options: GatewayOptions) -> Value:
    """The reverse of _sent."""
    if name == "collect_log":
        return None if options.collect_log is None else _ON if options.collect_log else _OFF
    value: Value = getattr(options, name)
    return value or None if name == "cache_key" else value
