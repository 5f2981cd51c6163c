-- Prepended to every script. ARGV[1] is the key prefix, ARGV[2] the request as JSON.
-- Time is Redis' own, so that no worker's clock can disagree with another's.
local prefix, request = ARGV[1], cjson.decode(ARGV[2])
local time = redis.call('TIME')
local now_s = tonumber(time[1])
local now_ms = string.format('%.0f', now_s * 1000 + math.floor(tonumber(time[2]) / 1000))

local function key(name)
  return prefix .. name
end

-- An account has one lease in all modes: a dry run and a live worker must not use one login at the same time.
local function lease_of(account)
  return 'lease:' .. account
end

-- What a lease holds: the worker, the fence and, for people, the mode.
local function held_by(worker, fence)
  return worker .. ' ' .. fence .. ' ' .. (prefix == '' and 'live' or string.gsub(prefix, ':$', ''))
end

-- The day of Redis' own time in UTC, as 2026-01-31. Scripts have no calendar functions. Years are taken to begin in
-- March, so that the leap day is the last day of a year.
local function day_of(seconds)
  local days = math.floor(seconds / 86400) + 719468
  local era = math.floor(days / 146097)
  local day_of_era = days - era * 146097
  local year = math.floor((day_of_era - math.floor(day_of_era / 1460) + math.floor(day_of_era / 36524)
    - math.floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return string.format('%04d-%02d-%02d', year + era * 400 + (month <= 2 and 1 or 0), month, day)
end

local function today()
  return day_of(now_s)
end

local function later_ms(delay_ms)
  return string.format('%.0f', tonumber(now_ms) + delay_ms)
end

local function announce(announcements)
  for _, event in ipairs(announcements) do
    local position = redis.call(
      'XADD', key('outbox'), '*', 'id', event.id, 'type', event.type, 'time_ms', now_ms, 'data', event.data)
    redis.call('ZADD', key('outbox:due'), now_ms, position)
  end
end

-- An event that belongs to no pair is announced once per key.
local function announce_once(event)
  if redis.call('SET', key('announced:' .. event.key), now_ms, 'NX', 'EX', event.once_s) then
    announce({ event })
    return 1
  end
  return 0
end

-- The position of the newest audit entry that this script wrote, '' if it wrote none. A worker expects to find it again.
local written = ''

-- Returns the entry's position; `audit:of:{pair}` lists the positions of one pair's entries in order.
local function write_audit(entry)
  local position = redis.call('XADD', key('audit'), '*', 'time_ms', now_ms, 'pair', request.pair, 'worker', request.worker,
    'op', request.op, 'what', entry.what, 'state', request.state, 'detail', entry.detail)
  redis.call('RPUSH', key('audit:of:' .. request.pair), position)
  written = position
  return position
end

-- An index is a sorted set; a member keeps the time at which it was first added.
local function write_indexes(indexes)
  for _, index in ipairs(indexes) do
    if index.present then
      redis.call('ZADD', key(index.name), 'NX', now_ms, index.member)
    else
      redis.call('ZREM', key(index.name), index.member)
    end
  end
end

-- Writes what each leg counts towards the limits: an amount as text, or false for nothing. The day is that of the
-- pair's reservation, so that a correction changes the same entry. Each leg has its own field: nothing counts twice.
local function write_tallies()
  local day = redis.call('HGET', key('pair:' .. request.pair), 'counted_on') or today()
  for _, tally in ipairs(request.tallies or {}) do
    for _, scope in ipairs(tally.scopes) do
      local staked = key('staked:' .. scope .. ':' .. day)
      for name, amount in pairs({ [staked] = tally.staked, [key('open:' .. scope)] = tally.open }) do
        if amount then
          redis.call('HSET', name, request.pair .. ':' .. tally.role, amount)
        else
          redis.call('HDEL', name, request.pair .. ':' .. tally.role)
        end
      end
      redis.call('EXPIRE', staked, request.counted_s)
    end
  end
end

local function write_pair(version)
  redis.call('HSET', key('pair:' .. request.pair), 'doc', request.doc, 'version', version, 'op', request.op,
    'state', request.state, 'updated_ms', now_ms)
  write_indexes(request.indexes)
  write_tallies()
  write_audit(request.audit)
end

-- Returns 'fresh' to go on, 'mine' if this operation was done before and only its reply was lost, else 'moved'.
local function version_check()
  local stored = redis.call('HMGET', key('pair:' .. request.pair), 'version', 'op')
  if stored[2] == request.op then
    return 'mine'
  end
  if tonumber(stored[1]) == request.version then
    return 'fresh'
  end
  return 'moved'
end
