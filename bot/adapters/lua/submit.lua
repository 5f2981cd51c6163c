-- The intent of one click.
return submitted()
