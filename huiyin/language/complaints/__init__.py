"""The text of complaints (诉求): what one is about, and which are about the same matter. No Django here."""
