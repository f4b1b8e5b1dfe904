from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from workbench.domain.errors import StorageFailed
from workbench.domain.secret import MASK, Secret
from workbench.storage.logs import Masker, log_handler

CANARY = 'canary-"quoted"-1f6c0e'


@pytest.fixture
def masker() -> Masker:
    masker = Masker()
    masker.add(Secret(CANARY))
    return masker


@pytest.fixture
def logger(tmp_path: Path, masker: Masker) -> Iterator[logging.Logger]:
    logger = logging.getLogger("workbench.test")
    handler = log_handler(tmp_path / "logs" / "workbench.log", masker)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)
    handler.close()


def lines(tmp_path: Path) -> list[dict[str, str]]:
    text = (tmp_path / "logs" / "workbench.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_record_is_one_line_of_json_with_its_extras(tmp_path: Path, logger: logging.Logger) -> None:
    logger.warning("took %d ms\nreally", 5, extra={"target": "t1"})
    (line,) = lines(tmp_path)
    assert line["message"] == "took 5 ms\nreally"
    assert (line["level"], line["logger"], line["target"]) == ("WARNING", "workbench.test", "t1")
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("secret", ["a/b+c d=é", 'with "quotes" and \\', "two words"])
def test_a_known_secret_is_masked_as_addresses_and_json_write_it(secret: str) -> None:
    masker = Masker()
    masker.add(Secret(secret))
    forms = (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret), repr(secret))
    for form in forms:
        assert masker.masked(f"asked {form} again").strip("asked gin\"'") == MASK


def test_a_known_secret_is_masked_wherever_it_hides(tmp_path: Path, logger: logging.Logger) -> None:
    try:
        raise ValueError(f"bad {CANARY}")
    except ValueError:
        logger.exception("with %s and %s", CANARY, {"key": CANARY}, extra={"detail": [CANARY]})
    text = (tmp_path / "logs" / "workbench.log").read_text(encoding="utf-8")
    assert "canary" not in text
    assert "1f6c0e" not in text
    assert "ValueError" in lines(tmp_path)[0]["traceback"]


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdefghijklmnop",
        "cf-aig-authorization: bearer abcdefghijklmnop",
        "https://x.test/?api_key=abcdefghijklmnop&y=1",
        "{'api_token': 'abcdefghijklmnop'}",
        'OPENAI_API_KEY="abcdefghijklmnop"',
        "the key sk-abcdefghijklmnopqrst was refused",
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_told(masker: Masker, text: str) -> None:
    masked = masker.masked(text)
    assert "abcdefghijklmnop" not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "text",
    [
        "a token was missing",
        "key signature",
        "412 tokens at 118 tok/s",
        "Bearer of bad news",
        "the basic model",
    ],
)
def test_plain_sentences_stay_as_they_are(masker: Masker, text: str) -> None:
    assert masker.masked(text) == text


def test_a_secret_as_short_as_a_word_does_not_blank_the_log() -> None:
    masker = Masker()
    masker.add(Secret("a"))
    assert masker.masked("a cat") == "a cat"


def test_a_longer_secret_is_masked_before_a_shorter_one_inside_it() -> None:
    masker = Masker()
    masker.add(Secret("abcdef"))
    masker.add(Secret("abcdef-ghijkl"))
    assert masker.masked("abcdef-ghijkl") == MASK


def test_a_log_that_cannot_be_made_is_told(tmp_path: Path, masker: Masker) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        log_handler(tmp_path / "file" / "workbench.log", masker)


def test_a_full_disk_is_not_told_for_each_line(
    tmp_path: Path, masker: Masker, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = log_handler(tmp_path / "workbench.log", masker)
    assert isinstance(handler, logging.StreamHandler)
    handler.stream.close()  # writing fails, as it does without room
    handler.handle(logging.makeLogRecord({"msg": "Something happened"}))
    assert capsys.readouterr().err == ""
