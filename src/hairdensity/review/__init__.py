"""The local page on which a person checks and corrects the hairs of a result; needs the extra `[review]`."""
