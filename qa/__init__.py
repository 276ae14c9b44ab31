"""From question to answer."""
