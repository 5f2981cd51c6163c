-- One change of a pair and then the intent of a click, which is written only if the change is. Sent again, neither is
-- done twice.
local commit, submit = request.commit, request.submit
request = submit
if version_check() == 'mine' then
  return { 'mine', 'mine' }
end
request = commit
local answer = committed()
if answer ~= 'done' and answer ~= 'mine' then
  return { answer }
end
request = submit
return { answer, unpack(submitted()) }
