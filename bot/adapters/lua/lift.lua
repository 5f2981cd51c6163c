-- Lifts one halt if it is still the one that was read: a halt raised since, under other locators, stays.
local stored = redis.call('HGET', key('halts'), request.scope)
local causes = stored and cjson.decode(stored) or {}
local halt = causes[request.cause]
if not halt or halt.locators ~= request.locators then
  return 0
end
causes[request.cause] = nil
redis.call('HSET', key('resumed'), request.scope .. ' ' .. request.cause, now_ms)
if next(causes) then
  redis.call('HSET', key('halts'), request.scope, cjson.encode(causes))
else
  redis.call('HDEL', key('halts'), request.scope)
end
if request.event then
  announce_once(request.event)
end
return 1
