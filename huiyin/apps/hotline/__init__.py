"""The 12345 hotline: files of complaints, which estate each concerns, and where to act."""
