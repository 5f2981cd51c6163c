-- Announces an event that belongs to no pair, once per key.
return announce_once(request.event)
