"""Kill a process at random instants while it changes a library, and see that nothing acknowledged is lost."""
