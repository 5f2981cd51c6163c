-- Takes the arbitrage lock and both accounts, or returns why not: { reason, detail, remaining seconds }, or for a limit
-- { 'limited', its number, the value it would reach, seconds until the next day }. Counts the stakes of a new pair.
local lock = key('lock:arb:' .. request.arb)
if redis.call('GET', lock) == request.token then
  return { 'reserved' }
end

-- Returns the pair that holds a lock and may still click under it, or nil. A hold is void as soon as its worker has lost
-- a lease under which it was made, since no click passes then; so is one for a pair whose placing has ended, and one for
-- this pair itself: the caller holds both accounts, and a worker has a pair in hand once.
local function holder_of(name)
  local token = redis.call('GET', name)
  if not token then
    return nil
  end
  local readable, hold = pcall(cjson.decode, token)
  if not readable then
    return 'another pair'
  end
  if hold.pair == request.pair or not redis.call('ZSCORE', key('pairs:unplaced'), hold.pair) then
    return nil
  end
  if redis.call('ZSCORE', key('naked'), hold.pair) then
    return 'pair ' .. hold.pair -- its accounts are kept for its hedge, by this worker or its successor
  end
  for account, fence in pairs(hold.fences) do
    if redis.call('GET', lease_of(account)) ~= held_by(hold.worker, fence) then
      return nil
    end
  end
  return 'pair ' .. hold.pair
end
if request.is_new and redis.call('HGET', key('pair:' .. request.pair), 'state') ~= 'received' then
  return { 'moved', 'pair ' .. request.pair .. ' has changed since it was received' }
end

-- A hedge is judged by its own account only: what is wrong at the positive's site makes an accepted bet no safer.
for _, account in ipairs(request.is_new and request.accounts or request.to_bet) do
  local reason, detail = halted(account, request.is_new)
  if reason then
    return { reason, detail }
  end
end
for _, account in ipairs(request.accounts) do
  local problem = lease_problem(account)
  if problem then
    return { 'account_not_leased', problem }
  end
end

if request.is_new then
  local reason, left_s = broken(request.accounts)
  if reason then
    return { 'breaker_open', reason, left_s }
  end
end

local review = request.is_new and review_pending()
if review then
  return { 'review_pending', review }
end
for _, placing in ipairs(redis.call('ZRANGE', key('placing:arb:' .. request.arb), 0, -1)) do
  if placing ~= request.pair then
    return { 'arb_locked', 'pair ' .. placing .. ' of the same arbitrage is being placed' }
  end
end
local locked_by = holder_of(lock)
if locked_by then
  return { 'arb_locked', locked_by .. ' of the same arbitrage is being placed', redis.call('TTL', lock) }
end

for _, account in ipairs(request.accounts) do
  for _, owner in ipairs(redis.call('ZRANGE', key('unresolved:' .. account), 0, -1)) do
    if owner ~= request.pair then
      return { 'account_frozen', account .. ' waits for the proof of a bet of pair ' .. owner }
    end
  end
  local busy_with = holder_of(key('busy:' .. account))
  if busy_with then
    return { 'account_busy', account .. ' is placing ' .. busy_with, redis.call('TTL', key('busy:' .. account)) }
  end
end

local limit = limited(request.caps)
if limit then
  return limit
end

local rate = too_often(request.rates)
if rate then
  return rate
end

for _, account in ipairs(request.to_bet) do
  local left = cooldown_left_s(account)
  if left then
    return { 'cooldown', account .. ' cools down', left }
  end
end

if request.is_new then
  redis.call('HSETNX', key('pair:' .. request.pair), 'counted_on', today())
  write_tallies()
end
redis.call('SET', lock, request.token, 'PX', request.ttl_ms)
for _, account in ipairs(request.accounts) do
  redis.call('SET', key('busy:' .. account), request.token, 'PX', request.ttl_ms)
end
return { 'reserved' }
