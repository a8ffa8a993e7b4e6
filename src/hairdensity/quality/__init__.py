"""Photo, scale, field and hairs become Quality: flags with value, message and advice, and a verdict."""

from hairdensity.quality.model import Flag, Quality, Verdict

__all__ = ["Flag", "Quality", "Verdict"]
