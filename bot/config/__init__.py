"""What the owner configures; ``Settings.load`` reads it."""

from bot.config.settings import Settings

__all__ = ["Settings"]
