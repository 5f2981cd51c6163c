-- Announces a naked pair, or that it is no longer naked, each once. `naked:announced` keeps since when it was naked.
local since_ms = redis.call('ZSCORE', key('naked'), request.pair)
if request.is_over then
  if not since_ms and redis.call('ZREM', key('naked:announced'), request.pair) == 1 then
    announce({ request.event })
  end
elseif since_ms and redis.call('ZADD', key('naked:announced'), 'NX', since_ms, request.pair) == 1 then
  announce({ request.event })
end
