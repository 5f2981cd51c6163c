"""Pairguard: places both legs of an arbitrage at two bookmakers and guards the pair until the money adds up."""
