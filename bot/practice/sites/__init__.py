"""Three practice bookmakers, Harbour, Lotus and Frontier: real servers whose own ledgers are the ground truth."""
