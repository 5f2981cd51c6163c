-- Writes one change of a pair.
local answer = committed()
return { answer, written }
