-- Migrates what an older release wrote, one member at a time, so that an interrupted run can be repeated.
for _, watch in ipairs(request.watches) do
  local due_ms = redis.call('ZSCORE', key('watch:due'), watch.member)
  if due_ms then
    redis.call('HSETNX', key('watch:' .. watch.member), 'looks', 0)
    redis.call('ZADD', key('watch:due:' .. watch.account), 'NX', due_ms, watch.member)
    redis.call('ZREM', key('watch:due'), watch.member)
  end
end
for _, pair in ipairs(request.pairs) do
  local since_ms, state = redis.call('ZSCORE', key('pairs:open'), pair), redis.call('HGET', key('pair:' .. pair), 'state')
  if since_ms and state and request.unplaced[state] then
    redis.call('ZADD', key('pairs:unplaced'), 'NX', since_ms, pair)
  else
    redis.call('ZREM', key('pairs:unplaced'), pair)
  end
end
return 1
