"""An open, offline, calibrated phototrichogram."""
