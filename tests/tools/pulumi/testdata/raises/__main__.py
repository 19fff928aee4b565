"""A program with a mistake."""

raise ValueError("the mistake of the program")
