"""What a client learns about a cloud before it signs in: its endpoints and suffixes (2022-09-01)."""
