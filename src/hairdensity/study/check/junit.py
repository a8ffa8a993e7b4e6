"""Drifts become JUnit XML, which CI systems show as tests: one a photo."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hairdensity.study.check.drift import Drift

SUITE = "hairdensity check"


def junit_xml(photos: Iterable[str], drifts: Sequence[Drift]) -> bytes:
    """Return an XML document with one test a photo.

    Parameters
    ----------
    photos
        All photos looked at, and those of the baseline.
    drifts
        What moved; the message of a failed test names the stage where it began.

    Examples
    --------
    >>> junit_xml(["a.jpg"], ()).count(b"<testcase")
    1
    """
    names = sorted({*photos, *(drift.photo for drift in drifts)})
    failed = {drift.photo for drift in drifts}
    suite = ET.Element("testsuite", name=SUITE, tests=str(len(names)), failures=str(len(failed)), errors="0")
    for name in names:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name=_legal(name))
        own = [drift for drift in drifts if drift.photo == name]
        if own:
            failure = ET.SubElement(case, "failure", message=f"drift in stage {own[0].stage}", type="drift")
            failure.text = _legal("\n".join(_line(drift) for drift in own))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _line(drift: Drift) -> str:
    return (
        f"{drift.stage}.{drift.quantity}: {drift.before} -> {drift.now},"
        f" moved {drift.moved}, tolerated {drift.tolerated}"
    )


def _legal(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)
