"""What Pairguard stands on, one technology in each module."""
