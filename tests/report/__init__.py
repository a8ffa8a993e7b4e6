"""Tests of the files a result is written to."""
