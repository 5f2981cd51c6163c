"""Two practice bookmakers, Harbour and Lotus: real servers whose own ledgers are the ground truth."""
