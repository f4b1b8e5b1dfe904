"""Settings: one declaration each, from which the file is checked and the preferences page is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

VERSION = 1
DEFAULT_PORT = 8787
VERSION_FILE = "https://ai-workbench.github.io/version.json"
"""Where the project names its newest version, beside its pages."""
"""Where the local gateway listens unless the user says otherwise."""


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What there is to know about one setting. choices: (value, words); minimum, maximum: inclusive.

    shown: False for what the window remembers by itself and no preferences page offers. address: "" or where a file may be
    read in safety: https, or this computer.
    """

    label: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    shown: bool = True
    address: bool = False


def setting(default: Any, label: str, help: str = "", **more: Any) -> Any:
    """A dataclass field with its default and its SettingInfo."""
    return field(default=default, metadata={"setting": SettingInfo(label, help, **more)})


def remembered(default: Any) -> Any:
    """A field the window writes by itself."""
    return field(default=default, metadata={"setting": SettingInfo("", shown=False)})


@dataclass(frozen=True, slots=True)
class Settings:
    """favourites: model ids. window_geometry: base64 of Qt's own format. font_scale: 1.0 is the system's size.

    update_checked_at: seconds since 1970. gateway_upstream: the target whose account or server answers behind the local gateway; "" is its sandbox.
    """

    theme: str = setting(
        "system",
        "Theme",
        "System follows the desktop's light or dark mode.",
        choices=(("system", "System"), ("light", "Light"), ("dark", "Dark")),
    )
    font_scale: float = setting(1.0, "Text size", "1 is the size of the desktop.", minimum=0.75, maximum=2.0)
    gateway_autostart: bool = setting(
        True, "Start the local gateway with the window", "Without it the local connection cannot answer."
    )
    gateway_port: int = setting(
        DEFAULT_PORT,
        "Gateway port",
        "The local gateway listens on 127.0.0.1 only. Takes effect when it is started again.",
        minimum=1024,
        maximum=65535,
    )
    gateway_upstream: str = remembered("")
    current_target: str = remembered("local")
    last_tab: str = remembered("chat")
    last_conversation: str = remembered("")
    window_geometry: str = remembered("")
    rail_collapsed: bool = remembered(False)
    conversations_shown: bool = remembered(True)
    conversations_width: int = remembered(240)
    inspector_shown: bool = remembered(False)
    inspector_width: int = remembered(0)
    last_route: str = remembered("")
    route_source_shown: bool = remembered(False)
    route_inspector_shown: bool = remembered(True)
    route_inspector_width: int = remembered(0)
    route_drawer_height: int = remembered(0)
    images_at_once: int = setting(
        2, "Pictures at a time", "How many pictures one model is asked for at once.", minimum=1, maximum=16
    )
    images_page: str = remembered("create")
    images_draft: str = remembered("")
    images_try_on: str = remembered("")
    images_form_width: int = remembered(0)
    images_side_width: int = remembered(0)
    images_side_shown: bool = remembered(True)
    images_filter: str = remembered("")
    images_thumbnail_side: int = remembered(0)
    speech_page: str = remembered("transcribe")
    speech_options: str = remembered("")
    speech_export: str = remembered("")
    speech_batch: str = remembered("")
    speech_batch_options: str = remembered("")
    speech_speaking: str = remembered("")
    speech_list_width: int = remembered(0)
    speech_side_width: int = remembered(0)
    speech_sound_height: int = remembered(0)
    embeddings_page: str = remembered("texts")
    embeddings_set: str = remembered("")
    embeddings_models: str = remembered("")
    embeddings_list_width: int = remembered(0)
    embeddings_side_width: int = remembered(0)
    check_for_updates: bool = setting(
        False,
        "Check for updates",
        "Once a day the version file at the address below is read, with a request that says nothing about you or this "
        "computer. Nothing is downloaded or installed: you are told, with a link to the page of the release.",
    )
    update_address: str = setting(
        VERSION_FILE,
        "Address of the version file",
        "A small JSON file with version, url and notes, read over https. Whoever packs the program may have one of their own. "
        "Without an address nothing is asked.",
        address=True,
    )
    update_checked_at: int = remembered(0)
    update_told: str = remembered("")
    favourites: tuple[str, ...] = remembered(())
    welcome_dismissed: bool = remembered(False)


def info_of(name: str) -> SettingInfo:
    """The SettingInfo of one field; KeyError for a name that is no setting."""
    info = _INFO[name]
    assert isinstance(info, SettingInfo)
    return info


def problem_with(name: str, value: object) -> str:
    """Why value cannot be the setting called name, as a sentence; empty when it can."""
    info, default = info_of(name), _DEFAULTS[name]
    label = info.label or name
    if not _same_kind(default, value):
        return f"“{label}” must be {_KINDS[type(default)]}."
    if info.choices and value not in {choice for choice, _ in info.choices}:
        return f"“{label}” must be one of: {', '.join(words for _, words in info.choices)}."
    if isinstance(value, int | float) and not isinstance(value, bool):
        if info.minimum is not None and value < info.minimum:
            return f"“{label}” must be at least {info.minimum:g}."
        if info.maximum is not None and value > info.maximum:
            return f"“{label}” must be at most {info.maximum:g}."
    if info.address and value and not _is_safe(str(value)):
        return f"“{label}” must be an address that begins with https://, without a name or password in it."
    return ""


def _is_safe(address: str) -> bool:
    from urllib.parse import urlsplit  # hardly ever needed, and on the way to the first paint

    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    here = parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    whole = bool(host) and "@" not in parts.netloc and address.isprintable() and " " not in address
    return whole and (parts.scheme == "https" or here)


def _same_kind(default: object, value: object) -> bool:
    match default:
        case bool():
            return isinstance(value, bool)
        case int():
            return isinstance(value, int) and not isinstance(value, bool)
        case float():
            return isinstance(value, int | float) and not isinstance(value, bool) and value == value
        case tuple():
            return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        case _:
            return isinstance(value, type(default))


_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple: "a list of texts",
    str: "text",
}
_INFO = {f.name: f.metadata["setting"] for f in fields(Settings)}
_DEFAULTS = {f.name: f.default for f in fields(Settings)}
