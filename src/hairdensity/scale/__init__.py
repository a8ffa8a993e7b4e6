"""Photo -> Scale: µm per px, its interval and where it came from; one file a source."""
