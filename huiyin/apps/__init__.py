"""One app per step of the closed loop; each may import only those below it (ADR 0001)."""
