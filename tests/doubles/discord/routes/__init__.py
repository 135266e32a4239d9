"""What the API does, one file for each family of routes."""
