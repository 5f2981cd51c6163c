-- One change of a pair.
return committed()
