"""Photo, scale -> hairs: the field, the hair maps, strands root to tip, follicular units."""
