"""Folders and manifests become many results: batches, executors, regression checks, statistics."""
