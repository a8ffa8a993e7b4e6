"""Tests of the statistics, against printed examples and by hand."""
