"""report.html: plain words first, nothing from outside, nothing that a photo's name could smuggle in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.compare import Hint, NoiseFloor
from hairdensity.photo import Photo
from hairdensity.quality import Flag, Quality
from hairdensity.report import PageOptions, analysis_document, comparison_document
from hairdensity.report.page import analysis_page, comparison_page
from hairdensity.report.summary import fates_texts
from tests.report.fakes import make_analysis, make_comparison, make_not_aligned, make_refused, make_scale

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.page.hairs import PageHair

VOID = {"meta", "img", "br", "hr", "link", "input", "path", "use", "rect", "line"}


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
        if tag in VOID:
            return
        assert self.open.pop() == tag


def outline_of(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    return outline


def page_of(analysis: Analysis, noon: datetime, options: PageOptions | None = None) -> str:
    return analysis_page(analysis, analysis_document(analysis, noon), options)


def comparison_page_of(comparison: Comparison, noon: datetime, options: PageOptions | None = None) -> str:
    return comparison_page(comparison, comparison_document(comparison, noon), options)


def test_what_the_photos_suggest_stands_on_the_page(noon: datetime) -> None:
    comparison = make_comparison(make_scale(), make_scale())
    told = "The same hairs are 26% shorter in the after photo: cut or clipped in between."
    assert told not in comparison_page_of(comparison, noon)
    cut = replace(comparison, hints=(Hint("cut", told[0].lower() + told[1:-1]),))
    assert told in comparison_page_of(cut, noon)
    german = comparison_page_of(cut, noon, PageOptions(language="de"))
    assert "Dieselben Haare sind im Nachher-Foto um 26\N{NO-BREAK SPACE}% kürzer" in german


def test_a_noise_floor_of_one_s_own_is_named_on_the_page(noon: datetime) -> None:
    comparison = make_comparison(make_scale(), make_scale())
    floor = NoiseFloor("our-noise.json", 1, {})
    own = replace(comparison, settings=replace(comparison.settings, noise_floor=floor))
    assert "our-noise.json (1 degree of freedom)." in comparison_page_of(own, noon)
    assert "our-noise.json (1 Freiheitsgrad)." in comparison_page_of(own, noon, PageOptions(language="de"))


def hairs_of(page: str) -> list[Any]:
    """Return what the page tells its script of each hair: state, change, facts before, facts after."""
    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found.group(1))
    return [
        (state, change, *(dict(zip(data["facts"], one, strict=True)) if one else {} for one in sides))
        for state, change, *sides in data["hairs"]
    ]


def test_the_page_needs_nothing_from_outside(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon)
    for tag, attributes in outline_of(page).tags:
        assert tag not in {"link", "iframe", "object"}
        assert "src" not in attributes or tag == "img"
        for name in ("src", "srcset"):
            assert (attributes.get(name) or "data:").startswith("data:")
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?://", page)


def test_only_the_page_s_own_script_may_run(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [b64encode(sha256(one.encode()).digest()).decode() for one in scripts]
    policy = next(one["content"] for tag, one in outline_of(page).tags if "http-equiv" in one) or ""
    assert [f"'sha256-{one}'" for one in digests] == re.findall(r"script-src (\S+)", policy)
    assert "default-src 'none'" in policy


def test_every_picture_has_words(comparison: Comparison, noon: datetime) -> None:
    pictures = [one for tag, one in outline_of(comparison_page_of(comparison, noon)).tags if tag == "img"]
    assert len(pictures) == 2
    assert all(one["alt"] for one in pictures)


def test_plain_words_come_first_numbers_second_methods_last(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon)
    page = page[page.index("<main>") :]
    order = [
        "Hair density rose from 100 to 120",
        "not its cause",
        "<canvas",
        "Check the claims",
        "Can the photos be relied on?",
        "<table>",
        "How it was measured",
        "Limits",
        "SHA-256",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_page_states_settings_versions_and_hashes(analysis: Analysis, noon: datetime) -> None:
    page = page_of(analysis, noon)
    for words in (analysis.photo.sha256, "max_root_distance_um", "opencv ", "no diagnosis"):
        assert words in page


def test_beside_each_change_stands_the_smallest_that_could_be_told(
    comparison: Comparison, noon: datetime
) -> None:
    page = comparison_page_of(comparison, noon)
    assert 'data-head="Smallest change that can be told from error">8/cm²</td>' in page


def test_what_became_of_units_and_kept_hairs_stands_under_the_table(
    comparison: Comparison, noon: datetime
) -> None:
    _, _, below = comparison_page_of(comparison, noon).partition("</table>")
    units, crossed = fates_texts(comparison)
    assert f"<p>{units}</p>" in below
    assert f"<p>{crossed}</p>" in below


def test_the_chart_of_diameters_shows_the_hairs_that_the_table_counts(
    comparison: Comparison, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[PageHair] = []

    def histogram(hairs: list[PageHair], *_: object) -> None:
        shown.extend(hairs)

    monkeypatch.setattr("hairdensity.report.page.build.diameter_histogram", histogram)
    comparison_page_of(comparison, noon)
    assert {hair.state for hair in shown} == {"kept", "gained", "lost"}


def test_the_script_is_told_the_numbers_of_each_hair(comparison: Comparison, noon: datetime) -> None:
    kept, gained, lost, unsure = hairs_of(comparison_page_of(comparison, noon))[:4]
    assert [one[0] for one in (kept, gained, lost, unsure)] == ["kept", "gained", "lost", "unsure"]
    assert kept[1] == 0.0  # the change of its diameter
    assert (kept[2]["diameter"][0], kept[2]["length"], kept[2]["id"], kept[3]["id"]) == (60.0, 0.5, 0, 0)
    assert (gained[2], lost[3]) == ({}, {})


def test_lines_of_both_photos_lie_in_the_frame_of_the_before_photo(
    comparison: Comparison, noon: datetime
) -> None:
    page = comparison_page_of(comparison, noon)
    # hair 0 stands at (100, 100) in both photos, and the after photo is moved by 20 px
    assert 'd="M100 100 130 140" data-side="before" data-state="kept"' in page
    assert 'd="M80 100 110 140" data-side="after" data-state="kept"' in page


def test_without_a_scale_hairs_have_no_size(noon: datetime) -> None:
    page = comparison_page_of(make_comparison(), noon)
    kept = hairs_of(page)[0]
    assert [kept[2][name] for name in ("diameter", "length", "class")] == [None, None, None]
    assert "How thick the hairs are" not in page


def test_a_label_stands_for_the_names_of_the_photos(comparison: Comparison, noon: datetime) -> None:
    for one in (comparison, make_not_aligned()):
        page = comparison_page_of(one, noon, PageOptions(label="Site A, left"))
        assert "before.jpg" not in page
        assert "after.jpg" not in page
        assert "<title>Site A, left</title>" in page


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
    name = '"><script>alert(1)</script>\u202egpj.=cmd'
    page = page_of(replace(analysis, photo=Photo(analysis.photo.pixels, name, "0" * 64)), noon)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩gpj" in page
    outline_of(page)


@pytest.mark.parametrize(
    "comparison",
    [make_comparison(make_scale(), make_scale()), make_comparison()],
    ids=["scale", "no scale"],
)
def test_a_german_page_is_german(comparison: Comparison, noon: datetime) -> None:
    page = comparison_page_of(comparison, noon, PageOptions(language="de"))
    assert '<html lang="de">' in page
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<pre.*?</pre>|<[^>]+>", " ", page, flags=re.DOTALL)
    english = r"\b(the|photo|hairs?|before|after|change|number|of|what|is|and)\b"
    assert re.findall(english, text.replace("before.jpg", "").replace("after.jpg", "")) == []


SCHEMES = {
    "light": r":root \{([^}]*)\}",
    "dark": r"dark\) \{\s*:root \{([^}]*)\}",
}


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    style = (resources.files("hairdensity.report.page") / "templates" / "report.css").read_text("utf-8")
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
