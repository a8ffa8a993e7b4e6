"""Photos and hairs become views: the pictures of a page, with what is drawn into them and told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from hairdensity.report.analysis_document import shown_name
from hairdensity.report.marks import (
    NOT_COUNTED,
    NOT_SHARED,
    PAIR_MARKS,
    TERMINAL,
    UNCLASSED,
    VELLUS,
)
from hairdensity.report.page.hairs import (
    COUNTED,
    FACTS,
    OUTSIDE,
    PAIR_STATES,
    SINGLE_STATES,
    UNCOUNTED,
    hairs_followed,
    hairs_of,
)
from hairdensity.report.page.photos import embed, embed_for_paper, lay_on_before
from hairdensity.report.page.shapes import mark_block, roots_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison
    from hairdensity.hairs.field import Field
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language
    from hairdensity.report.marks import Mark
    from hairdensity.report.page.hairs import PageHair, PageHairs
    from hairdensity.report.page.photos import PagePhoto

MARKS: Mapping[str, Mark] = {
    **{str(state): mark for state, mark in PAIR_MARKS.items()},
    OUTSIDE: NOT_SHARED,
    COUNTED: UNCLASSED,
    UNCOUNTED: NOT_COUNTED,
    "terminal": TERMINAL,
    "vellus": VELLUS,
}
CLASSES = ("terminal", "vellus")
CUT_UM = 800.0
LINES_ACROSS = 520
"""The printed picture is this many line widths wide."""
FIELD_ERROR_SHARE = 1 / 1500
WORD_SECTIONS = ("view", "hair", "gallery", "class")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture of a page, of one photo or of two laid on each other; see view.html.jinja."""

    name: str
    label: str
    lead: str
    frame: tuple[int, int]
    photos: list[dict[str, Any]]
    hairs: PageHairs
    states: list[dict[str, Any]]
    classes: list[dict[str, Any]]
    by_class: bool
    beyond: str
    line: float
    reduced: str
    data: dict[str, Any]

    @property
    def has_hairs(self) -> bool:
        """Whether there is a hair to be shown."""
        return bool(self.hairs.hairs)

    def hairs_in(self, states: Collection[str]) -> list[PageHair]:
        """Return the hairs of some states."""
        return [one for one in self.hairs.hairs if one.state in states]

    def count(self, state: str) -> int:
        """Return how many hairs have a state."""
        return self.hairs.count(state)


def single_view(analysis: Analysis, side: str, language: Language, *, paper: bool) -> View:
    """Return the view of one photo; `side` is "photo", or which of two photos that are not aligned."""
    name = shown_name(analysis.photo)
    place = language.say(
        "picture.caption_one" if side == "photo" else "picture.caption", side="{side}", name=name
    )
    caption = place.replace("{side}", language.say(f"side.{side}"))
    bare = analysis.quality.verdict == "refused"
    alt = language.say("picture.alt_bare" if bare else "picture.alt_one", name=name)
    return _view(
        _Subject(side, "before", analysis, hairs_of(analysis), analysis.field),
        ({"caption": caption, "alt": alt},),
        [analysis.photo.pixels],
        language,
        paper=paper,
    )


def pair_view(comparison: Comparison, language: Language, *, paper: bool) -> View:
    """Return the view of two photos of the same skin, the after photo laid on the before photo."""
    sides = {"before": comparison.before, "after": comparison.after}
    names = {side: shown_name(one.photo) for side, one in sides.items()}
    captions = {"before": "picture.caption", "after": "picture.caption_moved"}
    words = tuple(
        {
            "caption": language.say(captions[side], side=language.say(f"side.{side}"), name=name),
            "alt": language.say("picture.alt_pair", name=name),
        }
        for side, name in names.items()
    )
    pixels = [comparison.before.photo.pixels, lay_on_before(comparison)]
    field = comparison.alignment.before_shared_field or comparison.before.field
    return _view(
        _Subject("pair", "pair", comparison.before, hairs_followed(comparison), field),
        words,
        pixels,
        language,
        paper=paper,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """What a view shows: its name, its kind of states, the photo whose frame it has, hairs and field."""

    name: str
    kind: str
    analysis: Analysis
    hairs: PageHairs
    field: Field

    @property
    def sides(self) -> tuple[str, ...]:
        return ("before", "after") if self.kind == "pair" else ("before",)

    @property
    def frame(self) -> tuple[int, int]:
        return self.analysis.photo.width_px, self.analysis.photo.height_px


def _view(
    subject: _Subject,
    words: tuple[dict[str, str], ...],
    pixels: Sequence[NDArray[np.uint8]],
    language: Language,
    *,
    paper: bool,
) -> View:
    has_hairs = bool(subject.hairs.hairs)
    pair = subject.kind == "pair"
    states = [_state(state, subject.hairs) for state in (PAIR_STATES if pair else SINGLE_STATES)]
    classes = [_state(one, subject.hairs) for one in CLASSES]
    line = round(max(subject.frame) / LINES_ACROSS, 2)
    beyond = _beyond(subject.field, subject.frame)
    marks = [_marks(subject, side, line) for side in subject.sides]
    data = _data(subject, beyond, language)
    taken_bytes = len(str(data)) + len(str(marks))
    views = 1 if subject.name in {"pair", "photo"} else 2
    photos = embed_for_paper(pixels) if paper else embed(pixels, views * taken_bytes, views)
    marked = [
        {**said, "uri": photo.uri, "side": side, "marks": drawn}
        for said, photo, side, drawn in zip(words, photos, subject.sides, marks, strict=True)
    ]
    return View(
        name=subject.name,
        label=language.say("view.name" if pair else "view.name_one"),
        lead=language.say("picture.lead_pair" if pair else "picture.lead_one"),
        frame=subject.frame,
        photos=marked,
        hairs=subject.hairs,
        states=states if has_hairs else [],
        classes=classes if has_hairs and subject.analysis.scale is not None else [],
        by_class=not pair,
        beyond=beyond,
        line=line,
        reduced=_reduced(photos, language),
        data=data,
    )


def _state(state: str, hairs: PageHairs) -> dict[str, Any]:
    return {"state": state, "count": hairs.count(state), **mark_block(MARKS[state])}


def _marks(subject: _Subject, side: str, line: float) -> list[dict[str, Any]]:
    """Return what is printed into one photo, state by state."""
    states = PAIR_STATES[::-1] if subject.kind == "pair" else SINGLE_STATES[::-1]
    return [
        {
            "id": f"{subject.name}-{side}-{state}",
            "lines": subject.hairs.lines(side, state),
            "roots": roots_path(subject.hairs.roots(side, state), MARKS[state].shape, 2.6 * line),
            "wide": 4.0 if MARKS[state].shape == "dot" else 1.3,
            **_state(state, subject.hairs),
        }
        for state in states
    ]


def _data(subject: _Subject, beyond: str, language: Language) -> dict[str, Any]:
    """Return what the page's script needs to know."""
    words = {key: text for section in WORD_SECTIONS for key, text in language.below(section).items()}
    words |= {f"state_{key}": text for key, text in language.below("state").items()}
    words |= {f"gallery_{side}": language.texts[f"gallery.{side}"] for side in ("before", "after")}
    words |= {side: language.texts[f"hair.{side}"] for side in ("before", "after")}
    words |= {name: language.texts[f"number.{name}"] for name in ("percent", "decimal")}
    return {
        "sides": subject.sides,
        "frame": subject.frame,
        "cut": round(CUT_UM / subject.analysis.working_um_per_px, 1),
        "marks": {state: mark_block(mark) for state, mark in MARKS.items()},
        "facts": FACTS,
        "hairs": [one.facts(subject.sides) for one in subject.hairs.hairs],
        "units": subject.hairs.units,
        "beyond": beyond,
        "outline": _closed(subject.field.polygon_px),
        "words": words,
    }


def _beyond(field: Field, frame: tuple[int, int]) -> str:
    """Return the outlines of what is not counted as the `d` of a path, to be filled by the even-odd rule."""
    left_out = np.ascontiguousarray(~field.mask).view(np.uint8)
    outlines, _ = cv2.findContours(left_out, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    error_px = max(max(frame) * FIELD_ERROR_SHARE, 1.0)
    simple = [cv2.approxPolyDP(one, error_px, closed=True).reshape(-1, 2) for one in outlines]
    return "".join(_closed(one) for one in simple if len(one) > 2)  # noqa: PLR2004 -- fewer enclose nothing


def _closed(corners_px: NDArray[Any]) -> str:
    """Return a closed line through corners, shape (n, 2), as the `d` of a path; empty without corners."""
    if not len(corners_px):
        return ""
    return "M" + " ".join(f"{x:.0f} {y:.0f}" for x, y in corners_px.tolist()) + "Z"


def _reduced(photos: tuple[PagePhoto, ...], language: Language) -> str:
    least = min(photo.shrink for photo in photos)
    if least >= 1:
        return ""
    percent = language.say("number.percent", number=language.number(100 * least))
    return language.say("picture.reduced", percent=percent)
