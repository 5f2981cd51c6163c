-- Replaces a breaker if it still has the version that was read. `op` recognises a repeated call whose reply was lost.
local stored = redis.call('HGET', key('breakers'), request.scope)
local breaker = stored and cjson.decode(stored) or { version = 0 }
if breaker.op == request.op then
  return 1
end
if breaker.version ~= request.version then
  return 0
end
redis.call('HSET', key('breakers'), request.scope, request.doc)
if request.event then
  announce_once(request.event)
end
return 1
