"""Accounts, roles and scopes, sign-in, consent and personal data."""
