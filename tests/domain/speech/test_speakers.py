from __future__ import annotations

from workbench.domain.speech.speakers import names_for


def test_whoever_said_the_same_words_is_the_same() -> None:
    heard = [("0", "1"), ("0", "1"), ("0", "0"), ("1", "0")]
    assert names_for(heard, ["0", "1"], ["0", "1"]) == {"0": "1", "1": "0"}


def test_who_was_not_heard_twice_is_taken_for_one_who_is_free() -> None:
    assert names_for([("0", "1")], ["0", "1"], ["0", "1"]) == {"0": "1", "1": "0"}
    assert names_for([("0", "0")], ["0", "2"], ["0", "1"]) == {"0": "0", "2": "2"}


def test_one_more_than_are_known_gets_a_name_of_its_own() -> None:
    assert names_for([("0", "1")], ["0", "1"], ["1"]) == {"0": "1", "1": "1 (2)"}


def test_without_evidence_names_stay_as_they_are() -> None:
    assert names_for([("", "0"), ("0", "")], ["0"], ["0"]) == {}
