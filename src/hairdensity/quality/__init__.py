"""Photo, scale, field and hairs become Quality: flags with value, message and advice, and a verdict."""

from hairdensity.quality.coverage import Coverage, can_cover, measure_coverage
from hairdensity.quality.flag_kind import FlagKind
from hairdensity.quality.judge import judge_field, judge_hairs, judge_photo, together
from hairdensity.quality.model import Flag, Quality, Verdict
from hairdensity.quality.registry import FLAGS, flag_table

__all__ = [
    "FLAGS",
    "Coverage",
    "Flag",
    "FlagKind",
    "Quality",
    "Verdict",
    "can_cover",
    "flag_table",
    "judge_field",
    "judge_hairs",
    "judge_photo",
    "measure_coverage",
    "together",
]
