"""Small real implementations of the ports, shared by all tests."""
