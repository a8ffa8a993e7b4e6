"""Tests of the way from hair maps to hairs in follicular units."""
