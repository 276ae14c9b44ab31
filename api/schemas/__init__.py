"""The only pydantic models of the wire, a file for each resource."""
