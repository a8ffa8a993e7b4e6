"""Two analysed photos become an Alignment: the same skin found again."""

from hairdensity.align.find import align
from hairdensity.align.model import Alignment, AlignSettings

__all__ = ["AlignSettings", "Alignment", "align"]
