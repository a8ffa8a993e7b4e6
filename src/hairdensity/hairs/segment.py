"""A photo becomes hair maps: where the network sees roots, centre lines, bodies and directions of hair."""
