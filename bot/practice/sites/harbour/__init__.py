"""Harbourline: a European single-page sportsbook with decimal odds that move by server push."""
