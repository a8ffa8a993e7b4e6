"""File names become labels, by a pattern that can be read in one way only."""

from __future__ import annotations

import pytest

from hairdensity.errors import UsageError
from hairdensity.study.naming import NamePattern


@pytest.mark.parametrize(
    ("pattern", "photo", "labels"),
    [
        ("{subject}_{site}_{visit}.jpg", "07_vertex_w12.jpg", ("07", "vertex", "w12")),
        ("{subject}_{site}_{visit}.jpg", "deep/er/07_vertex_w12.JPG", ("07", "vertex", "w12")),
        ("{subject}/{visit}-{site}.*", "07/w12-vertex.png", ("07", "vertex", "w12")),
        ("IMG*-{subject}.jpg", "IMG_0042-07.jpg", ("07", "", "")),
    ],
)
def test_a_name_that_fits_gives_its_labels(pattern: str, photo: str, labels: tuple[str, str, str]) -> None:
    entry = NamePattern(pattern).entry(photo)
    assert entry is not None
    assert (entry.subject, entry.site, entry.visit) == labels
    assert entry.photo == photo


@pytest.mark.parametrize("photo", ["07_vertex.jpg", "07_vertex_w12.png", "_vertex_w12.jpg"])
def test_a_name_that_does_not_fit_gives_none(photo: str) -> None:
    assert NamePattern("{subject}_{site}_{visit}.jpg").entry(photo) is None


def test_a_name_that_fits_in_two_ways_is_an_error() -> None:
    with pytest.raises(UsageError, match="in two ways"):
        NamePattern("{subject}_{site}_{visit}.jpg").entry("S_07_vertex_w12.jpg")


@pytest.mark.parametrize("pattern", ["photo.jpg", "{patient}.jpg", "{site}{site}.jpg", "{}.jpg"])
def test_a_pattern_that_reads_nothing_known_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match=r"\{subject\}, \{site\}"):
        NamePattern(pattern)
