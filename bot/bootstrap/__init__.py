"""The only wiring: which adapter serves which port, and which provider opens which account.

Only this package imports adapters and providers. Each command takes what it needs from one of its modules.
"""
