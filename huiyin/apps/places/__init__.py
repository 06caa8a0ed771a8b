"""Areas, estates, companies, engagements and households."""
