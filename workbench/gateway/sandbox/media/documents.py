"""`tomarkdown`: files of many kinds as markdown, each with its own success or failure (workers-ai §14)."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec

from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media import office_text
from workbench.gateway.sandbox.media.fields import choice, fields, text
from workbench.gateway.sandbox.media.html_text import BadMarkup, BadSelector, markdown_of, table_lines
from workbench.gateway.sandbox.media.multipart import Part
from workbench.gateway.sandbox.media.office_text import BadDocument
from workbench.gateway.sandbox.media.outcome import Made, told
from workbench.gateway.sandbox.media.reading import bounded, fits, form_of, form_texts, refusal
from workbench.gateway.sandbox.media.task import Task
from workbench.gateway.sandbox.media.vision import seen
from workbench.gateway.sandbox.tokens import count

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MIME = {
    ".pdf": "application/pdf",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".odt": f"{_OPEN}text",
    ".ods": f"{_OPEN}spreadsheet",
}
"""What is taken. The real list is not documented; this one is (inferred) from its options and says what works here."""
_MOST_HTML = 5 << 20
_MOST_ROWS = 20_000
_OPTIONS = fields(
    output=fields(format=choice("markdown", "text")),
    image={"type": "object"},
    html=fields(hostname=text(), cssSelector=text(), images={"type": "object"}),
    pdf={"type": "object"},
    docx={"type": "object"},
)


class Unconvertible(Exception):
    """This file fails, the others do not; the text says why."""


async def supported(task: Task) -> Reply:
    kinds = [{"extension": extension, "mimeType": mime} for extension, mime in MIME.items()]
    return told(task, kinds, Made())


async def convert(task: Task) -> Reply:
    form = form_of(task)
    options = _options(task, form_texts(task, form).get("conversionOptions", "{}"))
    files = [part for part in form.files("files", "file") if part.filename]
    if not files:
        raise refusal(task, "required properties at '/' are 'files'", "/files")
    return told(task, [await _converted(task, part, options) for part in files], Made())


def _options(task: Task, given: str) -> Mapping[str, Any]:
    try:
        options = msgspec.json.decode(given)
    except msgspec.DecodeError as error:
        raise refusal(task, f"'/conversionOptions' is not JSON: {error}", "/conversionOptions") from error
    fits(task, _OPTIONS, options)
    return options  # type: ignore[no-any-return]


async def _converted(task: Task, part: Part, options: Mapping[str, Any]) -> dict[str, Any]:
    name = part.filename
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    mime = MIME.get(extension) or part.content_type or "application/octet-stream"
    digest = blake2b(name.encode(errors="replace") + part.data, digest_size=16).digest()
    head = {"id": str(UUID(bytes=digest, version=4)), "name": name, "mimeType": mime}
    wanted = options.get("output", {}).get("format", "markdown")
    try:
        data = await _text_of(bounded(task, part.data, "files"), extension, name, options)
    except (Unconvertible, BadDocument, BadMarkup, BadSelector) as why:
        return {**head, "format": "error", "error": str(why)}
    return {**head, "format": wanted, "tokens": count(data), "data": data}


async def _text_of(data: bytes, extension: str, name: str, options: Mapping[str, Any]) -> str:
    if extension in (".png", ".jpg", ".jpeg", ".webp"):
        return await _picture(data, name)
    if extension == ".pdf":
        raise Unconvertible("The sandbox cannot read PDF; a Cloudflare account can.")
    if extension.removeprefix(".") in office_text.READERS:
        return await asyncio.to_thread(office_text.markdown_of, data, extension.removeprefix("."))
    reader = _READERS.get(extension)
    if reader is None:
        raise Unconvertible(f"Unsupported file type: {extension or 'none'}")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unconvertible("The file is not UTF-8 text.") from error
    return await asyncio.to_thread(reader, decoded, options)


async def _picture(data: bytes, name: str) -> str:
    looked = await seen(data)
    if looked is None:
        raise Unconvertible("The image cannot be decoded.")
    return f"# {name}\n\nThe sandbox does not describe pictures. This is {looked.told}.\n"


def _html(source: str, options: Mapping[str, Any]) -> str:
    if len(source) > _MOST_HTML:
        raise Unconvertible(f"The page is larger than {_MOST_HTML >> 20} MB.")
    html = options.get("html", {})
    return markdown_of(
        source, host=html.get("hostname", ""), selector=html.get("cssSelector", ""), plain=_plain(options)
    )


def _csv(source: str, options: Mapping[str, Any]) -> str:
    try:
        dialect: Any = csv.Sniffer().sniff(source[:4096], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [row for row in csv.reader(io.StringIO(source), dialect) if row]
    except csv.Error as error:
        raise Unconvertible(f"The table cannot be read: {error}.") from error
    if len(rows) > _MOST_ROWS:
        raise Unconvertible(f"The table has more than {_MOST_ROWS} rows.")
    return "\n".join(table_lines(rows, plain=_plain(options))) + "\n"


def _json(source: str, options: Mapping[str, Any]) -> str:
    try:
        neat = json.dumps(json.loads(source), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise Unconvertible(f"The JSON cannot be read: {error}.") from error
    return _fenced(neat, "json", options)


def _xml(source: str, options: Mapping[str, Any]) -> str:
    return _fenced(source, "xml", options)


def _same(source: str, options: Mapping[str, Any]) -> str:
    return source


def _fenced(source: str, language: str, options: Mapping[str, Any]) -> str:
    return f"{source.strip()}\n" if _plain(options) else f"```{language}\n{source.strip()}\n```\n"


def _plain(options: Mapping[str, Any]) -> bool:
    return bool(options.get("output", {}).get("format") == "text")


_READERS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    ".html": _html,
    ".htm": _html,
    ".csv": _csv,
    ".json": _json,
    ".xml": _xml,
    ".svg": _xml,
    ".md": _same,
    ".txt": _same,
}
