"""Corner: a betting shop's plain site, for learning how a provider is written."""
