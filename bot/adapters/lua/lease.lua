-- Takes or renews the lease of an account and returns its fence, or '' while another worker holds it.
-- A new holder gets a higher fence than any before; a repeated call of the same holder gets the fence it has.
local name = lease_of(request.account)
local lease, fence = redis.call('GET', name), nil
if lease then
  local owner, held = string.match(lease, '^(%S+) (%d+) ')
  if owner ~= request.worker then
    return ''
  end
  fence = held
else
  fence = tostring(redis.call('INCR', 'fence:' .. request.account))
end
redis.call('SET', name, held_by(request.worker, fence), 'PX', request.ttl_ms)
return fence
