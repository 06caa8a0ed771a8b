"""Charts as plain SVG attributes (no inline style: CSP), each with its numbers in a table: {% load charts %}."""
