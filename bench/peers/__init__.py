"""Other identity servers on this machine, as their documentation sets them up: logins and registrations over HTTP."""
