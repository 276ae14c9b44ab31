"""How the shipped models were made. Nothing that serves imports this package; see qa/models/README.md."""
