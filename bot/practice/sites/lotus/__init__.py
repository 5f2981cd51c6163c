"""Lotus, an Asian sports view in an iframe of another origin, embedded by two whitelabel shells."""
