-- Writes a scope's halts as JSON, cause → { reason, locators, since_ms }, so that no cause ends or hides another.
local stored = redis.call('HGET', key('halts'), request.scope)
local causes = stored and cjson.decode(stored) or {}
local standing = causes[request.cause]
local since_ms = standing and standing.since_ms or now_ms
causes[request.cause] = { reason = request.reason, locators = request.locators, since_ms = since_ms }
redis.call('HSET', key('halts'), request.scope, cjson.encode(causes))
if not standing then
  -- Every new halt is news, also the second of its kind within a day. Its id is its own: receivers drop an id they know.
  request.event.id = request.event.id .. '.' .. now_ms
  announce({ request.event })
  redis.call('SET', key('announced:' .. request.event.key), now_ms, 'EX', request.event.once_s)
else
  announce_once(request.event)
end
