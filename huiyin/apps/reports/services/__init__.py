"""Commands on demand lists, reports, promises and the hand-over between two companies."""
