"""Two photos become a Comparison: both measured on the shared field, and what changed, with its interval."""

from hairdensity.compare.model import Change, ChangeSettings, ChangeVerdict, CompareSettings, Comparison
from hairdensity.compare.photos import compare_analyses, compare_photos, correct_comparison

__all__ = [
    "Change",
    "ChangeSettings",
    "ChangeVerdict",
    "CompareSettings",
    "Comparison",
    "compare_analyses",
    "compare_photos",
    "correct_comparison",
]
