-- Writes the intent of one click.
local answer, detail = unpack(submitted())
return { answer, detail or '', written }
