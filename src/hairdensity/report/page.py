"""An Analysis or a Comparison becomes report.html: one page, no outside reference, opens from disk."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import jinja2

from hairdensity.report.analysis_document import shown_name
from hairdensity.report.summary import NOT_ITS_CAUSE, analysis_summary, comparison_summary
from hairdensity.report.words import (
    QUANTITIES,
    UNKNOWN,
    change_text,
    interval_text,
    label_text,
    measured,
    quantity,
    relative_text,
    verdict_text,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.compare import Change, Comparison
    from hairdensity.pipeline import Analysis

PICTURE_SIDE_PX = 1600
PICTURE_BYTES = 900_000
JPEG_QUALITIES = (85, 75, 65, 50)
LIMITS = (
    "This page describes a photo. It is no diagnosis and names no treatment.",
    "No reference values hold across devices and sites: compare one site with itself, taken the same way.",
    "Dyeing, cutting, washing, season and regrowth change a photo too: keep them alike between visits.",
    "Thin, fair or grey hair and hairs that lie on each other are the ones most often missed.",
    "Intervals are 95% intervals of the measurement; how a scalp varies from place to place is not in them.",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its heading and what it shows in words."""

    heading: str
    alt: str
    pixels: NDArray[Any]

    @property
    def uri(self) -> str:
        """The drawing as a data URI, JPEG, small enough for a page."""
        return f"data:image/jpeg;base64,{b64encode(_jpeg(self.pixels)).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of the page's table; the first cell of a row is its label."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def unknown(self) -> str:
        """What the dash means, when the table holds one."""
        if not any(UNKNOWN in row for row in self.rows):
            return ""
        return f"{UNKNOWN} means: not known. The reason stands in the JSON file beside this page."


def analysis_page(analysis: Analysis, document: dict[str, Any], overlay: NDArray[Any]) -> str:
    """Return the page of one photo.

    Parameters
    ----------
    analysis
        What was found in the photo.
    document
        The same as written to analysis.json: settings, versions and hashes are taken from it.
    overlay
        uint8, shape (height, width, 3), RGB: the drawing of the photo.
    """
    name = shown_name(analysis.photo)
    shown = () if analysis.quality.verdict == "refused" else QUANTITIES
    rows = tuple((label_text(one), interval_text(one, measured(analysis.measurement, one))) for one in shown)
    return _render(
        title=f"Hairs in {name}",
        summary=analysis_summary(analysis),
        sides=[_side("Photo", analysis)],
        table=Table(("Quantity", "Value (95% interval)"), rows),
        pictures=[Picture(name, f"{name} with its counted hairs drawn from root to tip", overlay)],
        threshold_um=f"{analysis.measurement.terminal_threshold_um:g}",
        document=document,
    )


def comparison_page(
    comparison: Comparison, document: dict[str, Any], overlays: tuple[NDArray[Any], NDArray[Any]]
) -> str:
    """Return the page of two visits; parameters as for `analysis_page`, two drawings."""
    sides = {"Before": comparison.before, "After": comparison.after}
    names = [shown_name(one.photo) for one in sides.values()]
    drawn = "the hairs that were kept, gained, lost or are unsure marked in different colours and shapes"
    pictures = [
        Picture(f"{heading}: {name}", f"{name} with {drawn}", overlay)
        for heading, name, overlay in zip(sides, names, overlays, strict=True)
    ]
    return _render(
        title=f"{names[0]} compared with {names[1]}",
        summary=comparison_summary(comparison),
        sides=[_side(heading, one) for heading, one in sides.items()],
        table=_changes_table(comparison),
        pictures=pictures,
        threshold_um=f"{comparison.before.measurement.terminal_threshold_um:g}",
        document=document,
    )


def _changes_table(comparison: Comparison) -> Table:
    head = (
        "Quantity on the shared skin",
        "Before",
        "After",
        "Change (95% interval)",
        "Relative",
        "In words",
    )
    return Table(head, tuple(_change_row(change) for change in comparison.changes))


def _change_row(change: Change) -> tuple[str, ...]:
    one = quantity(change.quantity)
    absolute = UNKNOWN if change.difference is None else change_text(one, change)
    return (
        label_text(one),
        interval_text(one, change.before),
        interval_text(one, change.after),
        absolute,
        relative_text(change.relative),
        verdict_text(change),
    )


def _side(heading: str, analysis: Analysis) -> dict[str, Any]:
    return {
        "heading": heading,
        "name": shown_name(analysis.photo),
        "sha256": analysis.photo.sha256,
        "size": f"{analysis.photo.width_px} by {analysis.photo.height_px} px",
        "scale": _scale_text(analysis),
        "quality": analysis.quality,
    }


def _scale_text(analysis: Analysis) -> str:
    if analysis.scale is None:
        return "none found: nothing per cm², mm or µm is reported"
    size = analysis.scale.um_per_px
    return f"{size.value:.3f} µm per px ({size.low:.3f} to {size.high:.3f}), from: {analysis.scale.source}"


def _render(**parts: Any) -> str:  # noqa: ANN401 -- the template names its parts, and a missing one is an error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hairdensity.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    document = parts["document"]
    return environment.get_template("report.html.jinja").render(
        **parts,
        quantities=QUANTITIES,
        limits=LIMITS,
        not_its_cause=NOT_ITS_CAUSE,
        settings=json.dumps(document["settings"], indent=1),
    )


def _jpeg(pixels: NDArray[Any]) -> bytes:
    """Encode a drawing, smaller and coarser until it fits the page."""
    shrink = min(1.0, PICTURE_SIDE_PX / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    encoded = b""
    for quality in JPEG_QUALITIES:
        _, buffer = cv2.imencode(".jpg", small[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        encoded = buffer.tobytes()
        if len(encoded) <= PICTURE_BYTES:
            break
    return encoded
