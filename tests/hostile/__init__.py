"""What a stranger may send, for tests/test_hostile.py."""
