"""What a recording is, told by its first bytes, never by a name or a content type."""

from __future__ import annotations

WAV, MP3, FLAC, OGG, OPUS = "audio/wav", "audio/mpeg", "audio/flac", "audio/ogg", "audio/opus"
MP4, AAC, WEBM, MATROSKA = "audio/mp4", "audio/aac", "audio/webm", "video/x-matroska"
_EXTENSIONS = {
    WAV: ".wav",
    MP3: ".mp3",
    FLAC: ".flac",
    OGG: ".ogg",
    OPUS: ".opus",
    MP4: ".m4a",
    AAC: ".aac",
    WEBM: ".webm",
    MATROSKA: ".mkv",
}
_HEAD = 4096


def audio_type(data: bytes) -> str | None:
    """The media type of a recording; None for bytes that are none we know. A film that has sound counts as a recording."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return WAV
    if data.startswith(b"fLaC"):
        return FLAC
    if data.startswith(b"OggS"):
        return OPUS if b"OpusHead" in data[:200] else OGG
    if data[4:8] == b"ftyp":
        return MP4
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in data[:_HEAD] else MATROSKA
    if data.startswith(b"ID3"):
        return MP3
    return _framed(data)


def _framed(data: bytes) -> str | None:
    """MPEG audio, by the first frame's header: its layer is never 0, but for AAC's, where it always is."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    if layer == 0:
        return AAC if data[1] & 0xF6 == 0xF0 else None
    bit_rate, rate = data[2] >> 4, data[2] >> 2 & 3
    return MP3 if version != 1 and bit_rate not in (0, 15) and rate != 3 else None


def extension_of(media_type: str) -> str:
    """“.wav” and so on; “.bin” for what is no recording we know."""
    return _EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), ".bin")
