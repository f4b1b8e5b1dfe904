"""Replies that came with a good status and are no answer: what happened, why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.client.failures import Asked
from workbench.domain.errors import Failure, Maker, RequestFailed


def unreadable(asked: Asked) -> RequestFailed:
    return _failed(
        f"What {asked.place} sent could not be read.",
        "It is not an answer in any form known here.",
        "Look at the reply under “details”; try again, or try another model.",
    )


def empty(asked: Asked) -> RequestFailed:
    return _failed(
        "The model answered with nothing.",
        f"The reply of {asked.place} is complete, but its result is empty.",
        "Try again, or use another model.",
    )


def web_page(asked: Asked) -> RequestFailed:
    return _failed(
        "A web page came back in place of an answer.",
        "The address is that of a website, or a login page of the network stands in between.",
        "Check the connection's address, and whether this network wants a login.",
        maker=Maker.NETWORK if asked.door == "server" else Maker.GATEWAY,
    )


def too_large(asked: Asked, limit: int) -> RequestFailed:
    return _failed(
        f"The reply of {asked.place} is too large.",
        f"It is larger than {limit // 2**20} MB; the rest was not read.",
        "Ask for less at a time.",
        failure=Failure.TOO_LARGE,
    )


def no_picture(asked: Asked, content_type: str) -> RequestFailed:
    told = f" It was called “{asked.mask(content_type[:100])}”." if content_type else ""
    return _failed(
        f"What {asked.place} sent is not a picture.",
        f"Its bytes are those of no kind of picture known here.{told}",
        "Look at the reply under “details”; try again, or try another model.",
    )


def broken_picture(asked: Asked) -> RequestFailed:
    """One whose end is missing although the reply is complete."""
    return _failed(
        "The picture is not complete.",
        f"Its end is missing from the reply of {asked.place}.",
        "Try again.",
        failure=Failure.CUT,
    )


def withheld_picture(asked: Asked, reason: str, text: str) -> RequestFailed:
    """The model, or a filter behind it, would not. reason: its word for it, such as `IMAGE_SAFETY`."""
    return _failed(
        "The model refused to make this picture.",
        f"It gave the reason {reason}.{_said(asked, text)}",
        "Reword the prompt or use other pictures; sending the same again will not help.",
        failure=Failure.BLOCKED,
    )


def words_only(asked: Asked, reason: str, text: str) -> RequestFailed:
    """An answer in words where a picture was asked for. reason: why it ended, "" where it did not tell."""
    if reason == "MAX_TOKENS":
        return _failed(
            "The answer ended before the picture came.",
            f"The model's limit of tokens was reached.{_said(asked, text)}",
            "Send a shorter prompt or fewer pictures, and try again.",
        )
    ended = "" if reason in ("", "STOP") else f" It ended with {reason}."
    return _failed(
        "The model answered without a picture.",
        f"{_said(asked, text) or 'It said nothing either.'}{ended}".strip(),
        "Say in the prompt that a picture is to be drawn, or use a model that makes pictures.",
    )


def no_sound(asked: Asked, content_type: str) -> RequestFailed:
    told = f" It was called “{asked.mask(content_type[:100])}”." if content_type else ""
    return _failed(
        f"What {asked.place} sent is not a recording.",
        f"Its bytes are those of no kind of sound known here.{told}",
        "Look at the reply under “details”; choose another encoding, or another model.",
    )


def broken_sound(asked: Asked) -> RequestFailed:
    """One whose end is missing although the reply is complete."""
    return _failed(
        "The speech is not complete.",
        f"Its end is missing from the reply of {asked.place}.",
        "Try again.",
        failure=Failure.CUT,
    )


def wrong_count(asked: Asked, wanted: int, came: int, thing: str) -> RequestFailed:
    """thing: in the singular, such as "vector"."""
    return _failed(
        f"{asked.place} sent {came:,} {thing}{'' if came == 1 else 's'} for {wanted:,} text{'' if wanted == 1 else 's'}.",
        "Which of them belongs to which text cannot be known, so none was taken.",
        "Try again, or try another model.",
    )


def mixed_lengths(asked: Asked, lengths: Sequence[int]) -> RequestFailed:
    return _failed(
        "The vectors are not all of the same length.",
        f"{asked.place} sent vectors of {', '.join(f'{length:,}' for length in lengths)} numbers in one reply.",
        "Try again, or try another model.",
    )


def not_numbers(asked: Asked, place: int) -> RequestFailed:
    """place: of the text, counted from 1."""
    return _failed(
        "What came in place of a vector is not a row of numbers.",
        f"{asked.place} sent it for text {place:,} of the request.",
        "Look at the reply under “details”; try again, or try another model.",
    )


def not_finite(asked: Asked, place: int) -> RequestFailed:
    """place: of the text, counted from 1."""
    return _failed(
        "The model answered with numbers that cannot be reckoned with.",
        f"Among those for text {place:,} of the request is NaN or infinity.",
        "Try that text by itself, shorten it, or use another model.",
    )


def elsewhere(asked: Asked, link: str) -> RequestFailed:
    """The picture lies at an address that is not followed."""
    return _failed(
        "The picture lies at an address that is not safe to follow.",
        f"{asked.place} answered with “{asked.mask(link[:200])}”.",
        "Set the server up to answer with the picture itself (b64_json), or with an https address.",
    )


def _said(asked: Asked, text: str) -> str:
    words = " ".join(text.split())
    if not words:
        return ""
    return f" It said: “{asked.mask(words[:300])}{'…' if len(words) > 300 else ''}”"


def _failed(
    what: str,
    why: str,
    fix: str,
    *,
    failure: Failure = Failure.PROTOCOL,
    maker: Maker = Maker.PROVIDER,
) -> RequestFailed:
    what, why = (text[:1].upper() + text[1:] for text in (what, why))
    return RequestFailed(what, why=why, fix=fix, failure=failure, maker=maker)
