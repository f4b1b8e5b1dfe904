"""Reading multipart/form-data (RFC 7578): whole bodies, bounded, hostile ones refused.

The standard library's e-mail parser reads the headers of a part; the bytes of a file never pass through it, since it
takes them for text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

MOST_PARTS = 256
MOST_HEADER_BYTES = 8192


class BadForm(Exception):
    """The body is no form; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """filename: "" where the part is a plain field. content_type: as sent, "" if none was."""

    name: str
    data: bytes
    filename: str = ""
    content_type: str = ""

    @property
    def text(self) -> str:
        """The field as text; raises BadForm where it is none."""
        try:
            return self.data.decode()
        except UnicodeDecodeError as error:
            raise BadForm(f"the field {self.name} is not UTF-8") from error


@dataclass(frozen=True, slots=True)
class Form:
    parts: tuple[Part, ...]

    def files(self, *names: str) -> list[Part]:
        """All parts of these names, in order; `image` finds `image[]` as well."""
        return [part for part in self.parts if part.name.removesuffix("[]") in names]

    def texts(self) -> Mapping[str, str]:
        """The plain fields; of one that comes twice the last counts. Raises BadForm."""
        return {part.name.removesuffix("[]"): part.text for part in self.parts if not part.filename}


def read_form(body: bytes, content_type: str) -> Form:
    """Raises BadForm."""
    return Form(tuple(_parts(body, _boundary(content_type))))


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["content-type"] = content_type.replace("\r", "").replace("\n", "")
    if header.get_content_type() != "multipart/form-data":
        raise BadForm("the content type is not multipart/form-data")
    boundary = header.get_boundary()
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        raise BadForm("the content type names no boundary")
    return b"--" + boundary.encode()


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    """A boundary counts only at the start of a line; the line's end before it belongs to it."""
    at = 0 if body.startswith(boundary) else _next(body, boundary, 0) + 2
    for _ in range(MOST_PARTS + 1):
        at += len(boundary)
        if body[at : at + 2] == b"--":
            return
        start = body.find(b"\r\n", at)
        if start < 0 or body[at:start].strip(b" \t"):
            raise BadForm("a boundary is not on a line of its own")
        end = _next(body, boundary, start)
        yield _part(body[start + 2 : end] if end > start else b"")
        at = end + 2
    raise BadForm(f"more than {MOST_PARTS} parts")


def _next(body: bytes, boundary: bytes, start: int) -> int:
    found = body.find(b"\r\n" + boundary, start)
    if found < 0:
        raise BadForm("the closing boundary is missing")
    return found


def _part(raw: bytes) -> Part:
    head, gap, data = raw.partition(b"\r\n\r\n")
    if not gap or len(head) > MOST_HEADER_BYTES:
        raise BadForm("a part without headers, or with endless ones")
    try:
        # Names come as UTF-8 (RFC 7578 §5.1), which the parser for bytes would not keep.
        headers = HeaderParser().parsestr(head.decode("utf-8", "replace") + "\r\n\r\n")
        name = headers.get_param("name", header="content-disposition")
        filename = headers.get_filename()
    except (ValueError, LookupError, IndexError, TypeError, AttributeError) as error:
        raise BadForm("the headers of a part cannot be read") from error
    if not isinstance(name, str) or not name:
        raise BadForm("a part without a name")
    return Part(name, data, filename or "", str(headers.get("content-type", "")))
