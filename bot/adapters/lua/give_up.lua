-- Gives up the lease of an account, if it is still the one that was taken.
if redis.call('GET', lease_of(request.account)) == held_by(request.worker, request.fence) then
  redis.call('DEL', lease_of(request.account))
end
return 1
