"""Which photos are compared with which."""

from __future__ import annotations

import pytest

from hairdensity.study.entry import PhotoEntry
from hairdensity.study.visits import pair_visits, site_key


def made(*visits: str, dates: tuple[str, ...] = ()) -> list[PhotoEntry]:
    """Return a photo a visit, named by its place."""
    days = dates or ("",) * len(visits)
    return [
        PhotoEntry(f"{place}.jpg", visit=visit, date=day)
        for place, (visit, day) in enumerate(zip(visits, days, strict=True))
    ]


def pairs(entries: list[PhotoEntry], baseline: str | None = None) -> list[tuple[str, str]]:
    return [(one.before[0], one.after[0]) for one in pair_visits(entries, baseline)]


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        (("week12", "week4", "week0"), [("2", "1"), ("2", "0")]),
        (("after", "before"), [("1", "0")]),
        (("2", "10", "1"), [("2", "0"), ("2", "1")]),
        (("Screening", "Week 1"), [("0", "1")]),
        (("week4",), []),
        (("week4", "week4"), []),
        (("week0", "week0", "week4", "week4"), [("0", "2"), ("0", "3")]),
    ],
)
def test_later_visits_are_compared_with_the_first(
    visits: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert pairs(made(*visits)) == expected


def test_dates_order_visits_when_every_photo_has_one() -> None:
    assert pairs(made("a", "b", dates=("2026-03-01", "2026-01-01"))) == [("1", "0")]
    assert pairs(made("a", "b", dates=("2026-03-01", ""))) == [("0", "1")]
    assert pairs(made("", "", dates=("2026-03-01", "2026-01-01"))) == [("1", "0")]


def test_a_named_baseline_leaves_earlier_visits_out() -> None:
    visits = made("v1", "v2", "v3")
    assert pairs(visits, "v2") == [("1", "2")]
    assert pairs(visits, "v9") == []


def test_photos_without_visit_belong_to_no_site() -> None:
    assert site_key(PhotoEntry("a.jpg", subject="7", site="vertex")) is None
    assert site_key(PhotoEntry("a.jpg", subject="7", visit="1", side="left")) == ("7", "", "left")
