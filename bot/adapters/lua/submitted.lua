-- Makes the intent of one click durable, after checking at the last moment that the click may happen.
local function submitted()
  local check = version_check()
  if check ~= 'fresh' then
    return { check, 'pair ' .. request.pair .. ' has changed' }
  end
  -- A ledger that was emptied, or replaced by an older copy, lacks the newest entry that the worker has seen. What it
  -- says about attempts, locks and halts is then out of date, although it looks well.
  if request.seen and #redis.call('XRANGE', key('audit'), request.seen, request.seen) == 0 then
    return { 'set_back', 'the ledger has lost its entry ' .. request.seen .. ': it was emptied or restored' }
  end
  if redis.call('GET', key('lock:arb:' .. request.arb)) ~= request.token then
    return { 'lost', 'the lock of arbitrage ' .. request.arb .. ' is no longer held' }
  end
  if redis.call('GET', key('busy:' .. request.account)) ~= request.token then
    return { 'lost', 'account ' .. request.account .. ' is no longer reserved' }
  end
  local problem = lease_problem(request.account)
  if problem then
    return { 'lost', problem }
  end
  for _, account in ipairs(request.is_first and request.accounts or { request.account }) do
    local reason, halt = halted(account, request.is_first)
    if reason then
      return { reason == 'freeze' and 'frozen' or 'forbidden', reason .. ': ' .. halt }
    end
  end
  local review = request.is_first and review_pending()
  if review then
    return { 'forbidden', 'review_pending: ' .. review }
  end
  local breaker = request.is_first and broken(request.accounts)
  if breaker then
    return { 'forbidden', 'breaker open: ' .. breaker }
  end
  if cooldown_left_s(request.account) then
    return { 'forbidden', 'cooldown: ' .. request.account .. ' cools down' }
  end
  if redis.call('HSETNX', key('pair:' .. request.pair), 'attempt:' .. request.attempt, request.op) == 0 then
    return { 'moved', 'attempt ' .. request.attempt .. ' was submitted before' }
  end
  count_bet(request.account, request.pair .. ':' .. request.attempt)
  -- The click follows at once. If the lease lapsed before it, another worker could act on the account.
  redis.call('PEXPIRE', lease_of(request.account), request.lease_ms)
  write_pair(request.version + 1)
  return { 'done' }
end
