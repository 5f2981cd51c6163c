"""The demonstration: eight pairs with a story each, on real parts, judged by the practice bookmakers' own ledgers."""
