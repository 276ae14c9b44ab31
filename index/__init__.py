"""What text exists, and which passages resemble a question."""
