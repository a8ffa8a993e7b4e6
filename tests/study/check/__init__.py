"""Tests of regression checks."""
