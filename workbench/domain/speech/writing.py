"""How words are written: with spaces between them or without, with marks around them, in one case or another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_HAN_KANA = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_WIDE_MARKS = "\u3000-\u3004\u3008-\u303f\uff01-\uff65"
_RUNNING = "\u0e00-\u0eff\u1000-\u109f\uaa60-\uaa7f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer: written without spaces, and only a dictionary tells where a word ends."""
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_TRAILING_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝゞヽヾ\u3099\u309a"
_OPENING = r"(\[{<\"'“‘«¿¡（［｛「『【〈《〔"
_CLOSING = r")\]}>\"'”’».,!?;:…·）］｝」』】〉》〕。、，．！？；：・～؟،؛۔।"

_RUNNING_PART = re.compile(f"[{_RUNNING}]")
_CHUNK = re.compile(
    f"[{_OPENING}]*(?:[{_HAN_KANA}][{_TRAILING_KANA}]*|[{_RUNNING}]+|[^\\s{_HAN_KANA}{_RUNNING}]+)[{_CLOSING}]*|\\S"
)
_SPACELESS = re.compile(f"[{_HAN_KANA}{_WIDE_MARKS}{_RUNNING}]")
_NEEDLESS_SPACE = re.compile(
    f"(?<=[{_HAN_KANA}{_WIDE_MARKS}]) (?=[^{_HANGUL}])|(?<=[^{_HANGUL}]) (?=[{_HAN_KANA}{_WIDE_MARKS}])"
    f"|(?<=[{_RUNNING}]) (?=[{_RUNNING}])"
)
_SPOKEN_MARKS = frozenset("%#&@")
_SENTENCE_END = re.compile(r"[.!?…。！？．؟۔।][)\]}\"'”’»）」』】]*$")
_CLAUSE_END = re.compile(r"[,;:–—、，；：،؛][)\]}\"'”’»）」』】]*$")
_VOWEL_SIGNS = re.compile("[\u0640\u064b-\u0652\u0670\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
"""Arabic and Hebrew ones, which one model writes and another leaves out, and the Arabic stroke that only stretches a word."""


def words_in(text: str) -> tuple[str, ...]:
    """A text's words, each with its marks. Of Chinese and Japanese every character is one; a run of Thai and its like is one."""
    if text.isascii():
        return tuple(text.split())
    return tuple(_CHUNK.findall(text))


def units_in(text: str) -> tuple[str, ...]:
    """The smallest parts that two versions of a text may share: its words, and of Thai and its like every character with its signs."""
    if not _RUNNING_PART.search(text):
        return words_in(text)
    found: list[str] = []
    for chunk in words_in(text):
        found.extend(_signed_characters(chunk) if _RUNNING_PART.search(chunk) else (chunk,))
    return tuple(found)


def runs_on(text: str) -> bool:
    """It begins in a script whose words are not to be told apart."""
    return bool(_RUNNING_PART.match(text))


def joined(words: Iterable[str]) -> str:
    """Words as a line of text, with spaces only where their scripts have them."""
    text = " ".join(words)
    if text.isascii() or not _SPACELESS.search(text):
        return text
    return _NEEDLESS_SPACE.sub("", text)


@lru_cache(maxsize=1 << 16)
def normal(word: str) -> str:
    """A word as it is compared: without the marks around it, in one case and one Unicode form; "" where only marks are left."""
    if word.isascii() and word.isalnum():
        return word.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).replace("’", "'")
    text = _VOWEL_SIGNS.sub("", text)
    start, end = 0, len(text)
    while start < end and _is_mark(text[start]):
        start += 1
    while end > start and _is_mark(text[end - 1]):
        end -= 1
    return text[start:end]


def ends_sentence(word: str) -> bool:
    return bool(_SENTENCE_END.search(word))


def ends_clause(word: str) -> bool:
    return bool(_CLAUSE_END.search(word))


def columns_of(text: str) -> int:
    """How wide a text is: characters, those of Chinese, Japanese and Korean counted twice, signs above others not at all."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def in_words(pattern: str) -> str:
    """A regular expression that matches where pattern is not a part of a longer word."""
    letter = f"[^\\W{_HAN_KANA}{_RUNNING}]"
    return f"(?:(?<!{letter})|(?!{letter})){pattern}(?:(?!{letter})|(?<!{letter}))"


def _is_mark(char: str) -> bool:
    return char.isspace() or (unicodedata.category(char)[0] == "P" and char not in _SPOKEN_MARKS)


def _signed_characters(chunk: str) -> list[str]:
    found: list[str] = []
    for char in chunk:
        if found and unicodedata.category(char)[0] in "MP":
            found[-1] += char
        else:
            found.append(char)
    return found
