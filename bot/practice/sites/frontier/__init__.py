"""Frontier, an older US sportsbook: full page loads, forms, American odds, and the browser's own dialogs."""
