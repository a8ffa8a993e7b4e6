"""Photo, scale, field and hairs become Quality: flags with value, message and advice, and a verdict."""

from hairdensity.quality.judge import judge_field, judge_hairs, judge_photo, together
from hairdensity.quality.model import Flag, Quality, Verdict
from hairdensity.quality.registry import FLAGS, FlagKind, flag_table

__all__ = [
    "FLAGS",
    "Flag",
    "FlagKind",
    "Quality",
    "Verdict",
    "flag_table",
    "judge_field",
    "judge_hairs",
    "judge_photo",
    "together",
]
