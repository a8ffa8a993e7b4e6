"""Results become files: JSON, CSV, PNG overlays, one HTML page."""

from hairdensity.report.analysis_document import analysis_document
from hairdensity.report.comparison_document import comparison_document
from hairdensity.report.folder import claim_folder
from hairdensity.report.page import PageOptions
from hairdensity.report.schema import read_schema
from hairdensity.report.write import write_analysis, write_comparison

__all__ = [
    "PageOptions",
    "analysis_document",
    "claim_folder",
    "comparison_document",
    "read_schema",
    "write_analysis",
    "write_comparison",
]
