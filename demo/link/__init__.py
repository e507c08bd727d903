"""The address that says what is seen: written as one works, read when the page opens, shared and shown as a QR code."""
