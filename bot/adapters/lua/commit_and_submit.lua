-- Writes one change of a pair, and then the intent of a click only if the change was written. A repeated call does
-- neither twice.
local commit, submit = request.commit, request.submit
request = submit
if version_check() == 'mine' then
  return { 'mine', 'mine', '', '' }
end
request = commit
local answer = committed()
if answer ~= 'done' and answer ~= 'mine' then
  return { answer, '', '', written }
end
request = submit
local permission, detail = unpack(submitted())
return { answer, permission, detail or '', written }
