-- Prepended to reserve and submit: what forbids a bet on an account.
local PAUSES = { pause = true, emergencies_per_hour = true, exposures_in_a_row = true }

-- Returns the reason and the detail of a halt, or nil. A pause stops new pairs only. A halt that only a repair ends comes
-- before one by hand, since a hedge waits for the latter.
local function halted(account, is_new)
  local whitelabel, provider = string.match(account, '^([^:]+):([^:]+):')
  local by_hand, detail
  for _, scope in ipairs({ 'all', whitelabel, whitelabel .. ':' .. provider, account }) do
    local causes = redis.call('HGET', key('halts'), scope)
    for cause, halt in pairs(causes and cjson.decode(causes) or {}) do
      if not PAUSES[cause] and cause ~= 'freeze' then
        return 'halted', scope .. ': ' .. halt.reason
      end
      if cause == 'freeze' or (is_new and by_hand == nil) then
        by_hand, detail = cause, scope .. ': ' .. halt.reason
      end
    end
  end
  return by_hand, detail
end

-- Returns the detail of a review that forbids a new pair, or nil.
local function review_pending()
  if request.rebet_of and redis.call('ZSCORE', key('reviews'), request.rebet_of) then
    return 'pair ' .. request.rebet_of .. ' has not been reviewed'
  end
  for _, unreviewed in ipairs(redis.call('ZRANGE', key('reviews:arb:' .. request.arb), 0, 1)) do
    if unreviewed ~= request.pair then
      return 'pair ' .. unreviewed .. ' of the same arbitrage has not been reviewed'
    end
  end
  return nil
end

-- An open breaker stops new pairs only. Returns its reason and the seconds until it is tried again.
local function broken(accounts)
  for _, account in ipairs(accounts) do
    for _, scope in ipairs({ string.match(account, '^[^:]+:[^:]+'), account }) do
      local stored = redis.call('HGET', key('breakers'), scope)
      local opened = stored and cjson.decode(stored).opened
      if opened then
        local left_s = math.ceil((opened.until_ms - tonumber(now_ms)) / 1000)
        return scope .. ': ' .. opened.cause .. ' ' .. opened.reason, math.max(left_s, 1)
      end
    end
  end
  return nil
end

local function lease_problem(account)
  local lease = redis.call('GET', lease_of(account))
  if not lease then
    return 'no worker holds ' .. account
  end
  if lease ~= held_by(request.worker, request.fences[account]) then
    return account .. ' is held by another worker'
  end
  return nil
end

local function cooldown_left_s(account)
  local left = redis.call('TTL', key('cooldown:' .. account))
  return left >= 0 and math.max(left, 1) or nil
end
