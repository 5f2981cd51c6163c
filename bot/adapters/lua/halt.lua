-- Writes a scope's halts as JSON, cause → { reason, locators, since_ms }, so that no cause ends or hides another.
local stored = redis.call('HGET', key('halts'), request.scope)
local causes = stored and cjson.decode(stored) or {}
local since_ms = causes[request.cause] and causes[request.cause].since_ms or now_ms
causes[request.cause] = { reason = request.reason, locators = request.locators, since_ms = since_ms }
redis.call('HSET', key('halts'), request.scope, cjson.encode(causes))
announce_once(request.event)
