-- Writes the intent of one click.
return submitted()
