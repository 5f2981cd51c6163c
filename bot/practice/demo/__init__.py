"""The demonstration: eight pairswith a story each, on real parts, judged by the practice bookmakers' own ledgers."""
