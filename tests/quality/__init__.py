"""Tests of the quality flags."""
