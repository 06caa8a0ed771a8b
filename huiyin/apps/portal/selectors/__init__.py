"""What the composed pages read: the district's front, streets and estates, companies."""
