"""The subcommands of `wenqu`, a file for each group."""
