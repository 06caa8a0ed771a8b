"""Files in and out: tables people bring, tables they take away, QR codes. Data in, bytes out; no Django."""
