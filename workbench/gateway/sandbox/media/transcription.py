"""Speech to text in every maker's shape (workers-ai §9.1–§9.3, §9.5; OpenAI's transcriptions)."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.audio_schemas import nova_options
from workbench.gateway.sandbox.media.hearing import Transcript, Word, heard, speakers_of
from workbench.gateway.sandbox.media.loudness import loud_parts, peaks_of
from workbench.gateway.sandbox.media.outcome import Made, sent, streamed, told
from workbench.gateway.sandbox.media.reading import (
    UPSTREAM_REFUSED,
    bounded,
    checked,
    file_in,
    fits,
    form_of,
    form_texts,
    from_base64,
    numbers_read,
    refusal,
)
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Kind, Task
from workbench.gateway.sandbox.media.wav import Undecodable
from workbench.gateway.sandbox.writing import frames

_WORDS_A_SEGMENT = 12
_RAW_RATE = 16000


async def whisper(task: Task) -> Reply:
    data, _ = await file_in(task, "audio")
    transcript = await _heard(task, data)
    result = {
        "text": transcript.text,
        "word_count": len(transcript.words),
        "words": _words(transcript.words),
        "vtt": vtt(transcript),
    }
    return told(task, result, _made(transcript))


async def whisper_turbo(task: Task) -> Reply:
    """whisper-large-v3-turbo, and nemotron-speech, which gives text and duration only."""
    body = checked(task, form_schema(task.model) or {})
    transcript = await _heard(task, await from_base64(task, body["audio"], "audio"))
    if "whisper" not in task.model.id:
        return told(task, {"text": transcript.text, "duration": transcript.seconds}, _made(transcript))
    result = {
        "transcription_info": {
            "language": body.get("language") or "en",
            "language_probability": 1,
            "duration": transcript.seconds,
            "duration_after_vad": transcript.heard_s if body.get("vad_filter") else transcript.seconds,
        },
        "text": transcript.text,
        "word_count": len(transcript.words),
        "segments": [{**_segment(part), "words": _words(part)} for part in segments(transcript)],
        "vtt": vtt(transcript),
    }
    return told(task, result, _made(transcript))


def _segment(words: Sequence[Word]) -> dict[str, Any]:
    return {
        "start": words[0].start,
        "end": words[-1].end,
        "text": " ".join(word.word for word in words),
        "temperature": 0,
        "avg_logprob": -0.2,
        "compression_ratio": 1.2,
        "no_speech_prob": 0.01,
    }


async def nova(task: Task) -> Reply:
    """The body is the recording; options come in the query, where a switch is the text true or false."""
    schema = nova_options()
    options = numbers_read(
        {name: value for name, value in task.query.items() if name in schema["properties"]}, schema
    )
    fits(task, schema, options)
    if task.json is not None:
        message = (
            "required properties at '/audio' are 'body, contentType': send the recording itself as the body"
        )
        raise refusal(task, message, "/audio")
    data, _ = await file_in(task, "audio")
    bare = options.get("encoding") == "linear16" and not wav.is_wav(data)
    transcript = await _heard(task, data, raw_rate=options.get("sample_rate", _RAW_RATE) if bare else None)
    speakers = await asyncio.to_thread(speakers_of, transcript) if options.get("diarize") else ()
    return told(task, {"results": _nova_results(transcript, options, speakers)}, _made(transcript))


def _nova_results(
    transcript: Transcript, options: Mapping[str, Any], speakers: Sequence[int]
) -> dict[str, Any]:
    """Words have marks and capitals beside them where those were asked for, as Deepgram tells them (inferred)."""
    neat = options.get("punctuate") or options.get("smart_format")
    words = [
        {
            "word": _plain(word.word),
            "start": word.start,
            "end": word.end,
            "confidence": 0.99,
            **({"punctuated_word": word.word} if neat else {}),
            **({"speaker": speakers[place]} if speakers else {}),
        }
        for place, word in enumerate(transcript.words)
    ]
    text = transcript.text if neat else _plain(transcript.text)
    channel: dict[str, Any] = {"alternatives": [{"transcript": text, "confidence": 0.99, "words": words}]}
    if options.get("detect_language"):
        channel |= {"detected_language": "en", "language_confidence": 0.99}
    results: dict[str, Any] = {"channels": [channel]}
    if options.get("utterances"):
        results["utterances"] = [
            {"start": part[0].start, "end": part[-1].end, "transcript": " ".join(w.word for w in part)}
            for part in segments(transcript)
        ]
    return results


def _plain(text: str) -> str:
    return text.translate(_NO_MARKS).lower()


_NO_MARKS = str.maketrans("", "", ".,;:!?")


async def socket_only(task: Task) -> Reply:
    """deepgram/flux has no HTTP door (workers-ai §9.6); the code is (inferred)."""
    raise refusal(task, "this model is reached over a WebSocket only")


async def smart_turn(task: Task) -> Reply:
    """Has the speaker finished? Judged by the silence at the end, and nothing else."""
    data, body = await file_in(task, "audio")
    kind = body.get("dtype") or task.query.get("dtype") or "uint8"
    fits(task, form_schema(task.model) or {}, {"audio": "-", "dtype": kind})
    try:
        sound = wav.read(data) if wav.is_wav(data) else wav.Sound(_RAW_RATE, _raw_samples(data, kind))
    except Undecodable as why:
        raise _undecodable(task, why) from why
    if not sound.samples:
        raise _undecodable(task, Undecodable("the recording is empty"))
    parts = loud_parts(peaks_of(sound.samples, sound.rate), sound.seconds)
    silence = sound.seconds - (parts[-1][1] if parts else 0.0)
    probability = round(1 - math.exp(-2.5 * max(0.0, silence)), 4)
    used = {"per audio minute": sound.seconds / 60}
    return told(task, {"is_complete": probability > 0.5, "probability": probability}, Made(used=used))


def _raw_samples(data: bytes, kind: str) -> array[int]:
    if kind == "uint8":
        return wav.samples_of(data, wav.PCM, 1)
    return wav.samples_of(data, wav.FLOAT, 4 if kind == "float32" else 8)


async def openai(task: Task) -> Reply:
    """`audio/transcriptions` and `audio/translations`: a form with a file; text, JSON, subtitles or events."""
    form = form_of(task)
    files = form.files("file")
    if not files:
        raise refusal(task, "Missing required parameter: 'file'.", "/file")
    texts = form_texts(task, form)
    wanted = texts.get("response_format", "json")
    if wanted not in _FORMATS and wanted not in ("json", "verbose_json"):
        raise refusal(task, f"Invalid value for 'response_format': '{wanted}'.", "/response_format")
    transcript = await _heard(task, bounded(task, files[0].data, "file"))
    made = _made(transcript)
    model = texts.get("model") or task.wire_model
    if texts.get("stream") == "true" and "whisper" not in model:  # whisper-1 ignores it
        return streamed(task, list(_events(transcript)), made)
    if wanted in _FORMATS:
        return sent(task, _FORMATS[wanted](transcript).encode(), "text/plain; charset=utf-8", made)
    if wanted == "json":
        return told(task, {"text": transcript.text, "usage": _usage(transcript)}, made)
    grains = {part.data.decode(errors="replace") for part in form.files("timestamp_granularities")} or {
        "segment"
    }
    return told(task, _verbose(task, transcript, texts.get("language") or "english", grains), made)


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {"type": "duration", "seconds": math.ceil(transcript.seconds)}


def _verbose(task: Task, transcript: Transcript, language: str, grains: set[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "task": "translate" if task.kind is Kind.TRANSLATIONS else "transcribe",
        "language": language,
        "duration": transcript.seconds,
        "text": transcript.text,
        "usage": _usage(transcript),
    }
    if "segment" in grains:
        answer["segments"] = [
            {"id": place, "seek": 0, "tokens": [], **_segment(part)}
            for place, part in enumerate(segments(transcript))
        ]
    return answer | ({"words": _words(transcript.words)} if "word" in grains else {})


def _events(transcript: Transcript) -> Iterator[bytes]:
    for place, word in enumerate(transcript.words):
        yield frames.data({"type": "transcript.text.delta", "delta": f" {word.word}" if place else word.word})
    yield frames.data({"type": "transcript.text.done", "text": transcript.text, "usage": _usage(transcript)})


async def _heard(task: Task, data: bytes, raw_rate: int | None = None) -> Transcript:
    try:
        transcript = await heard(data, raw_rate=raw_rate)
    except Undecodable as why:
        raise _undecodable(task, why) from why
    return transcript


def _undecodable(task: Task, why: Undecodable) -> Exception:
    return refusal(task, f"the audio cannot be decoded: {why}", "/audio", UPSTREAM_REFUSED)


def segments(transcript: Transcript) -> list[tuple[Word, ...]]:
    """The words in runs that end with a sentence, or get too long for a subtitle."""
    runs: list[list[Word]] = [[]]
    for word in transcript.words:
        runs[-1].append(word)
        if len(runs[-1]) >= _WORDS_A_SEGMENT or word.word.endswith((".", "!", "?")):
            runs.append([])
    return [tuple(run) for run in runs if run]


def vtt(transcript: Transcript) -> str:
    cues = (
        f"{_clock(part[0].start)} --> {_clock(part[-1].end)}\n{' '.join(word.word for word in part)}\n"
        for part in segments(transcript)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def srt(transcript: Transcript) -> str:
    return "\n".join(
        f"{place}\n{_clock(part[0].start)} --> {_clock(part[-1].end)}\n".replace(".", ",")
        + f"{' '.join(word.word for word in part)}\n"
        for place, part in enumerate(segments(transcript), 1)
    )


def _clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


_FORMATS = {"text": lambda transcript: f"{transcript.text}\n", "srt": srt, "vtt": vtt}


def _words(words: Sequence[Word]) -> list[dict[str, Any]]:
    return [{"word": word.word, "start": word.start, "end": word.end} for word in words]


def _made(transcript: Transcript) -> Made:
    return Made(transcript.engine, {"per audio minute": transcript.seconds / 60}, transcript.note)
