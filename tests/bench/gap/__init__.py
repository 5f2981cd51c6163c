"""What the bench ``leg_gap`` is made of: the stage, the four contestants, and the figures."""
