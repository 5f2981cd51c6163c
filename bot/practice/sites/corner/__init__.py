"""Corner: a betting shop's plain site, used to learn how to write a provider."""
