"""The hotline of the demo district: what people said on the phone, and how the files with it were brought in."""
