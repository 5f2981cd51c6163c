"""Frontier, an older US sportsbook: full page loads, forms, American odds, and dialogs of the browser's own."""
