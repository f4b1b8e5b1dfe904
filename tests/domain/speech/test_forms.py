from __future__ import annotations

from workbench.domain.speech import srt, vtt
from workbench.domain.speech.captions import CaptionRules
from workbench.domain.speech.documents import transcript_in
from workbench.domain.speech.forms import ExportRules, TextForm, text_of
from workbench.domain.speech.transcripts import Segment, Transcript, Word

TEXT = Transcript(
    (
        Segment("a", (Word("Hello,", 0.0, 0.5), Word("you.", 0.5, 1.0)), "Ann"),
        Segment("b", (Word("Hm", 4.0, 4.5, 0.5), Word("…", 4.5, 4.6)), "Ben"),
    ),
    "en",
    5.0,
)


def test_each_form_says_the_same() -> None:
    assert text_of(TEXT, TextForm.TXT) == "Ann: Hello, you.\nBen: Hm …\n"
    assert text_of(TEXT, TextForm.MARKDOWN, title="Talk").startswith("# Talk\n\n**Ann**")
    assert [one.text for one in vtt.read(text_of(TEXT, TextForm.VTT))] == ["Hello, you.", "Hm …"]
    assert transcript_in(text_of(TEXT, TextForm.JSON)) == TEXT
    assert text_of(TEXT, TextForm.CSV).count("\r\n") == 3
    named = [one.text for one in srt.read(text_of(TEXT, TextForm.SRT))]
    assert named == ["Ann: Hello, you.", "Ben: Hm …"]


def test_speakers_are_left_out_where_nobody_wants_them() -> None:
    rules = ExportRules(speakers=False)
    for form in (TextForm.TXT, TextForm.MARKDOWN, TextForm.SRT, TextForm.VTT):
        assert "Ann" not in text_of(TEXT, form, rules=rules)


def test_captions_are_divided_by_the_rules() -> None:
    rules = ExportRules(CaptionRules(most_characters=6, most_lines=1), speakers=False)
    assert [one.text for one in srt.read(text_of(TEXT, TextForm.SRT, rules=rules))] == [
        "Hello,",
        "you.",
        "Hm …",
    ]
