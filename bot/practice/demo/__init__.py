"""The demonstration: eight pairs, told as stories, on real parts, judged by the practice bookmakers' own ledgers."""
