"""The parts of a page become HTML: one file, with its style, its script and its photos inside."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from hairdensity.report.page.charts import DRAWING_PX, PLOT_PX
from hairdensity.report.page.shapes import swatch

if TYPE_CHECKING:
    from hairdensity.report.language import Language

SCRIPTS = ("panel.js", "viewer.js", "gallery.js", "start.js")


def render_page(**parts: Any) -> str:  # noqa: ANN401 -- the template names its parts, and a missing one is an error
    """Return the page; see page.html.jinja for its parts.

    Only the script that stands in the page may run: its hash is in the page's security policy.
    """
    language, paper = parts["language"], parts["paper"]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hairdensity.report.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _script()
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    page = environment.get_template("page.html.jinja").render(
        **{"has_gallery": False, "claims": (), "gallery_lead": "", "fates": (), **parts},
        **_histogram_words(parts, language),
        t=language.say,
        swatch=swatch,
        heading=parts["title"],
        drawing=DRAWING_PX,
        plot=PLOT_PX,
        style=Markup(_style(paper=paper)),  # noqa: S704 -- our own file
        script=Markup(script),  # noqa: S704 -- our own file
        script_hash=f"sha256-{digest}",
    )
    return page.lstrip()


def _histogram_words(parts: dict[str, Any], language: Language) -> dict[str, Any]:
    words = {side: language.say(f"side.{side}") for side in ("before", "after")}
    one = parts["chart"]["histogram"]
    if one is None:
        return {"histogram_alt": "", "histogram_note": "", "side_words": words}
    ending = "" if len(one.bars) > 1 else "_one"
    if ending:
        words["before"] = language.say("side.photo")
    return {
        "histogram_alt": language.say(f"chart.histogram_alt{ending}", **one.fullest_um),
        "histogram_note": language.say(f"chart.histogram_note{ending}"),
        "side_words": words,
    }


def _style(*, paper: bool) -> str:
    style = f"{_text('report.css')}\n@media print {{\n{_text('print.css')}}}\n"
    return style + _text("paper.css") if paper else style


def _script() -> str:
    return '"use strict";\n' + "\n".join(_text(name) for name in SCRIPTS)


def _text(name: str) -> str:
    return (resources.files("hairdensity.report.page") / "templates" / name).read_text("utf-8")
