"""When something was."""

from __future__ import annotations

from datetime import datetime, timedelta

from workbench.ui.support.moments import moment


def test_of_today_the_time_is_enough() -> None:
    now = datetime.now()
    assert moment(now.timestamp()) in (f"{now:%H:%M}", f"{now + timedelta(minutes=1):%H:%M}")


def test_of_another_year_the_day_is_told_and_stays_together_among_other_directions() -> None:
    told = moment(datetime(2001, 3, 4, 12, 30).timestamp())
    assert told[0] == "\u2068"
    assert told[-1] == "\u2069"
    assert "2001" in told
    assert "12:30" not in told
