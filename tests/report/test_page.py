"""report.html: plain words first, nothing from outside, nothing that a photo's name could smuggle in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.photo import Photo
from hairdensity.quality import Flag, Quality
from hairdensity.report import analysis_document, comparison_document
from hairdensity.report.overlay import draw_analysis, draw_comparison
from hairdensity.report.page import Picture, analysis_page, comparison_page
from tests.report.fakes import make_analysis, make_not_aligned, make_refused

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Outline(HTMLParser):
    """Collects tags with their attributes, and checks that each is closed."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, which must be the last one opened."""
        assert self.open.pop() == tag


def outline_of(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    return outline


def page_of(analysis: Analysis, noon: datetime) -> str:
    return analysis_page(analysis, analysis_document(analysis, noon), draw_analysis(analysis))


def comparison_page_of(comparison: Comparison, noon: datetime) -> str:
    return comparison_page(comparison, comparison_document(comparison, noon), draw_comparison(comparison))


def test_the_page_needs_nothing_from_outside(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon)
    for tag, attributes in outline_of(page).tags:
        assert tag not in {"script", "link", "iframe", "object"}
        for name in ("src", "href", "srcset"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert not re.search(r"url\(|@import|https?://", page)


def test_every_picture_has_words(comparison: Comparison, noon: datetime) -> None:
    pictures = [one for tag, one in outline_of(comparison_page_of(comparison, noon)).tags if tag == "img"]
    assert len(pictures) == 2
    assert all(one["alt"] for one in pictures)


def test_the_summary_comes_before_the_table_and_the_settings(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon)
    order = ["Hair density rose from 100 to 120", "not its cause", "<table>", "<img", "Limits", "SHA-256"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_page_states_settings_versions_and_hashes(analysis: Analysis, noon: datetime) -> None:
    page = page_of(analysis, noon)
    for words in (analysis.photo.sha256, "max_root_distance_um", "opencv ", "no diagnosis"):
        assert words in page


def test_flags_stand_with_their_advice(analysis: Analysis, noon: datetime) -> None:
    soft = Quality("usable", (Flag("soft", "Edges are 14 µm wide.", "Focus on the skin.", 14, 12),))
    page = page_of(replace(analysis, quality=soft), noon)
    assert "Edges are 14 µm wide." in page
    assert "Focus on the skin." in page


def test_without_a_scale_the_page_says_so(noon: datetime) -> None:
    assert "nothing per cm², mm or µm is reported" in page_of(make_analysis(), noon)


def test_a_refused_photo_has_no_table(noon: datetime) -> None:
    page = page_of(make_refused(), noon)
    assert "<table>" not in page
    assert "Focus on the skin." in page


def test_without_alignment_there_is_no_table(noon: datetime) -> None:
    page = comparison_page_of(make_not_aligned(), noon)
    assert "<table>" not in page
    assert "No change is reported." in page


def test_a_name_cannot_become_markup(analysis: Analysis, noon: datetime) -> None:
    name = '"><script>alert(1)</script>.jpg'
    page = page_of(replace(analysis, photo=Photo(analysis.photo.pixels, name, "0" * 64)), noon)
    assert "<script" not in page
    outline_of(page)


def test_a_noisy_picture_still_fits_the_page() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1600, 1600, 3), dtype=np.uint8)
    assert len(Picture("x", "x", noise).uri) < 1_450_000  # two of them and the text stay below 3 MB


SCHEMES = {
    "light": r":root \{([^}]*)\}",
    "dark": r"dark\) \{\s*:root \{([^}]*)\}",
    "print": r"print \{\s*:root \{([^}]*)\}",
}


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    style = (resources.files("hairdensity.report") / "templates" / "report.css").read_text("utf-8")
    found = re.search(SCHEMES[scheme], style)
    assert found
    colours = dict(re.findall(r"--(\w+): #([0-9a-f]{6})", found.group(1)))
    for ink in ("ink", "soft", "good", "usable", "refused"):
        for ground in ("paper", "panel"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, WCAG 2.2."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
