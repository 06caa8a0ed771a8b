"""The pages of this app: signing in, one's own account, people at the desk, the outbox of the demo."""
