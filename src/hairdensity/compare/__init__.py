"""Two photos become a Comparison: both measured on the shared field, and what changed, with its interval."""

from hairdensity.compare.course import compare_course, compare_visits
from hairdensity.compare.floor import NoiseFloor
from hairdensity.compare.hints import Hint
from hairdensity.compare.model import Change, ChangeSettings, ChangeVerdict, CompareSettings, Comparison
from hairdensity.compare.photos import compare_aligned, compare_analyses, compare_photos, correct_comparison

__all__ = [
    "Change",
    "ChangeSettings",
    "ChangeVerdict",
    "CompareSettings",
    "Comparison",
    "Hint",
    "NoiseFloor",
    "compare_aligned",
    "compare_analyses",
    "compare_course",
    "compare_photos",
    "compare_visits",
    "correct_comparison",
]
