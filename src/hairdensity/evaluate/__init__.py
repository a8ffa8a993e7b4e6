"""Hairs against annotation -> scores: one photo's in `score`, many photos' in `pool`."""

from hairdensity.evaluate.pool import Evaluation, Stratum, evaluate
from hairdensity.evaluate.score import PhotoScore, ScoreSettings, score_photo

__all__ = ["Evaluation", "PhotoScore", "ScoreSettings", "Stratum", "evaluate", "score_photo"]
