"""The practice sites Harbour, Lotus, Frontier and Corner: real servers whose own ledgers are the ground truth."""
