"""Decisions about money as synchronous functions of frozen values: no I/O, no clock, no logging."""
