"""What the bytes of an attachment tell."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import SQUARE
from workbench.gateway.sandbox.attachments import (
    DOCUMENT,
    PICTURE,
    NotBase64,
    from_bytes,
    from_url,
    inline,
    linked,
)

GIF = base64.b64encode(b"GIF89a\x80\x02\xe0\x01" + b"\0" * 9000).decode()


def test_a_picture_tells_its_type_size_and_pixels_whatever_it_was_said_to_be() -> None:
    assert inline(PICTURE, SQUARE, "image/jpeg").told() == "PNG, 2 × 2 pixels, 73 bytes"
    assert from_url(PICTURE, f"data:image/png;base64,{GIF}").told() == "GIF, 640 × 480 pixels, 9.0 KB"
    assert from_bytes(PICTURE, b"not a picture").told() == "unknown type, 13 bytes"
    assert inline(DOCUMENT, "AAAA", "application/pdf").told() == "PDF, 3 bytes"


def test_a_link_is_not_fetched() -> None:
    found = from_url(PICTURE, "https://example.com/cat.png")
    assert found == linked(PICTURE, "https://example.com/cat.png")
    assert "not fetched" in found.told()
    assert found.content() == b""


@pytest.mark.parametrize("url", ["data:image/png,plain", "data:image/png;base64", "data:image/png;base64,!!"])
def test_a_data_url_must_hold_base64(url: str) -> None:
    with pytest.raises(NotBase64):
        from_url(PICTURE, url)


@given(st.binary(max_size=4000))
def test_any_bytes_come_back_and_are_counted(content: bytes) -> None:
    found = from_bytes(PICTURE, content)
    assert found.size == len(content)
    assert found.content() == content


@given(st.text())
def test_any_text_is_base64_or_refused(text: str) -> None:
    try:
        found = inline(PICTURE, text)
    except NotBase64:
        return
    assert found.size is not None
