"""Tests of batches, clusters and regression checks."""
