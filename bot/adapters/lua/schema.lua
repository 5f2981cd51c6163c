-- Returns the version of the ledger's schema, and marks a ledger that has none.
-- No version was written before 0.1.0. A ledger of that time holds a pair and has the keys and documents of version 1:
-- no release was made before, so no other shape exists outside of development.
local version = redis.call('GET', key('schema_version'))
if not version then
  version = redis.call('EXISTS', key('pairs')) == 1 and '1' or tostring(request.current)
  redis.call('SET', key('schema_version'), version)
end
return version
