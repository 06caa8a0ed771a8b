"""The meetings' pages: public, on the phone, on the projector, at the door, at the desk."""
