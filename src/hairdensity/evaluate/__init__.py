"""Hairs against annotation -> scores: one photo's in `score`, many photos' in `pool`."""

from hairdensity.evaluate.pool import Evaluation, KindScore, Stratum, evaluate
from hairdensity.evaluate.score import KindCount, PhotoScore, ScoreSettings, score_photo

__all__ = [
    "Evaluation",
    "KindCount",
    "KindScore",
    "PhotoScore",
    "ScoreSettings",
    "Stratum",
    "evaluate",
    "score_photo",
]
