"""Results become report.html: one page for people, in their language, that needs nothing from outside."""

from hairdensity.report.page.build import PageOptions, analysis_page, comparison_page

__all__ = ["PageOptions", "analysis_page", "comparison_page"]
