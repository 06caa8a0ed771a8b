"""Writing meetings and forums: one module a group of verbs."""
