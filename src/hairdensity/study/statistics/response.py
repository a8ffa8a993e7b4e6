"""Changes of subjects become responders by arm and visit, and the arms are compared in their share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.estimate import Estimate
from hairdensity.study.statistics.responders import compare_shares, mcnemar_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.design import Course, StudySettings


@dataclass(frozen=True, slots=True)
class Response:
    """Responders of one arm at one visit, and how their share differs from the control's.

    Attributes
    ----------
    share
        Responders over subjects, with Wilson's interval.
    difference
        Share minus the control's, with Newcombe's interval; None for the control and within subjects.
    p, test
        p value and the test it comes from: Fisher's, or McNemar's where subjects have both arms.
    chi2_p
        Pearson's test; None where it does not apply.
    """

    arm: str
    visit: str
    n: int
    hits: int
    share: Estimate
    difference: Estimate | None = None
    p: float | None = None
    test: str = ""
    chi2_p: float | None = None


def find_responders(
    course: Course, changes: Sequence[Change], settings: StudySettings
) -> tuple[Response, ...]:
    """Return the responders of every arm and visit at the threshold of the settings."""
    found = []
    for visit in course.visits[1:]:
        here = [one for one in changes if one.visit == visit]
        by_arm = {arm: _responds([one for one in here if one.arm == arm], settings) for arm in course.arms}
        control = by_arm[course.arms[0]]
        for arm, responds in by_arm.items():
            if responds:
                reference = control if arm != course.arms[0] else {}
                found.append(_response(arm, visit, responds, reference))
    return tuple(found)


def _responds(changes: Sequence[Change], settings: StudySettings) -> dict[str, bool]:
    """Return whether each subject's change reaches the threshold; a negative one asks for a decrease."""
    reached: dict[str, bool] = {}
    for one in changes:
        value = one.relative if settings.responder_relative else one.difference
        if value is not None:
            least = settings.responder
            reached[one.subject] = value >= least if least >= 0 else value <= least
    return reached


def _response(arm: str, visit: str, responds: dict[str, bool], control: dict[str, bool]) -> Response:
    n, hits = len(responds), sum(responds.values())
    share = Estimate.from_share(hits, n)
    both = [(responds[one], control[one]) for one in responds if one in control]
    if both:
        p = mcnemar_p(both.count((True, False)), both.count((False, True)))
        return Response(arm, visit, n, hits, share, p=p, test="McNemar")
    if control:
        found = compare_shares(hits, n, sum(control.values()), len(control))
        return Response(arm, visit, n, hits, share, found.difference, found.fisher_p, "Fisher", found.chi2_p)
    return Response(arm, visit, n, hits, share)
