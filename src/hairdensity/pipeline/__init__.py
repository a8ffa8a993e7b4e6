"""One photo from file to measurement: the stages in their order, and again after corrections by hand."""

from hairdensity.pipeline.analyze import REFUSED, analyze_photo
from hairdensity.pipeline.correct import correct_analysis
from hairdensity.pipeline.model import Analysis, ByHand, Settings

__all__ = ["REFUSED", "Analysis", "ByHand", "Settings", "analyze_photo", "correct_analysis"]
