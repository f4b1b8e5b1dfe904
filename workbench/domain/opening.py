"""What a start of the program asks of the window: files and links to open. And how one start tells another of it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

SCHEME = "ai-workbench"
MAX_THINGS = 256
MAX_THING = 65_536
"""Characters of one path or link."""
MAX_TOKEN = 1024
MAX_MESSAGE = 1024 * 1024
_VERSION = 1
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""At least two letters before the colon: one is a drive of Windows."""


@dataclass(frozen=True, slots=True)
class Opening:
    """things: absolute paths, and links. token: the desktop's word that the window may come to the front; "" for none."""

    things: tuple[str, ...] = ()
    new_chat: bool = False
    token: str = ""


class NotUnderstood(ValueError):
    """What another start said is no message of this version."""


def thing_of(argument: str, folder: str) -> str:
    """What was typed, or handed over by the desktop, as a path or a link. folder: what relative paths start from."""
    if _URI.match(argument) and not os.path.lexists(os.path.join(folder, argument)):
        if argument[:7].casefold() == "file://":
            return _path_of(argument) or argument
        return argument
    return os.path.abspath(os.path.join(folder, os.path.expanduser(argument)))


def is_link(thing: str) -> bool:
    """Everything else is a path."""
    return bool(_URI.match(thing)) and not os.path.isabs(thing)


def encoded(opening: Opening) -> bytes:
    """Begins with its own length, in four bytes. Raises NotUnderstood where there is too much of it."""
    import json  # no window waits for it

    message = {
        "version": _VERSION,
        "things": opening.things,
        "new_chat": opening.new_chat,
        "token": opening.token,
    }
    body = json.dumps(message).encode()
    _checked(opening)
    if len(body) > MAX_MESSAGE:
        raise NotUnderstood("too much at once")
    return len(body).to_bytes(4, "big") + body


def whole_length(start: bytes) -> int:
    """How long the message is that begins so, 0 while that cannot be told. Raises NotUnderstood for one that is too long."""
    if len(start) < 4:
        return 0
    length = int.from_bytes(start[:4], "big")
    if length > MAX_MESSAGE:
        raise NotUnderstood("it is too long")
    return 4 + length


def decoded(message: bytes) -> Opening:
    """A whole message. Raises NotUnderstood."""
    import json

    if whole_length(message) != len(message):
        raise NotUnderstood("its length is another one")
    try:
        told = json.loads(message[4:])
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("it is no JSON") from error
    if not isinstance(told, dict) or type(told.get("version")) is not int or told["version"] != _VERSION:
        raise NotUnderstood("it is of another version")
    things, new_chat, token = told.get("things"), told.get("new_chat"), told.get("token")
    if (
        not isinstance(things, list)
        or not all(isinstance(thing, str) for thing in things)
        or not isinstance(new_chat, bool)
        or not isinstance(token, str)
    ):
        raise NotUnderstood("something in it is missing")
    return _checked(Opening(tuple(things), new_chat, token))


def _checked(opening: Opening) -> Opening:
    if len(opening.things) > MAX_THINGS:
        raise NotUnderstood("there are too many files and links")
    for thing in opening.things:
        if not thing or len(thing) > MAX_THING or "\0" in thing:
            raise NotUnderstood("a file or link in it cannot be one")
        if not is_link(thing) and not os.path.isabs(thing):
            raise NotUnderstood("a path in it is not absolute")
    if len(opening.token) > MAX_TOKEN or not opening.token.isascii() or not opening.token.isprintable():
        raise NotUnderstood("its token cannot be one")
    return opening


def _path_of(uri: str) -> str:
    """The local path of a `file://` address; "" where it names another machine."""
    from urllib.parse import unquote, urlsplit
    from urllib.request import url2pathname

    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.netloc.casefold() not in ("", "localhost"):
        return ""
    if os.name == "nt":
        return url2pathname(parts.path)
    path = unquote(parts.path, errors="surrogateescape")
    return os.path.normpath(path) if os.path.isabs(path) else ""
