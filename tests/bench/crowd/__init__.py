"""Accounts with thousands of bets, at practice bookmakers or in memory, and who looks at them."""
