-- Records a new pair, or returns the one already recorded under its id.
local pair = key('pair:' .. request.pair)
local stored = redis.call('HMGET', pair, 'doc', 'version', 'op')
if stored[1] then
  return { stored[3] == request.op and 'new' or 'known', stored[1], stored[2] }
end
redis.call('HSET', pair, 'received_ms', now_ms)
redis.call('ZADD', key('pairs'), now_ms, request.pair)
write_pair(1)
return { 'new', request.doc, '1' }
