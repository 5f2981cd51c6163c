-- Writes one change of a pair.
return committed()
