"""How fast and how large; figures, not tests."""
