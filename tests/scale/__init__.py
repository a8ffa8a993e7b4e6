"""Tests of the scale."""
