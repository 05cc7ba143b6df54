"""Tools of development: the sample forum's generator, the generated documentation."""
