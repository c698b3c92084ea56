"""What more than one Utenza function needs: identities, matching, secrets, tables, HTTP."""

import gc

# Imports make many objects and hardly any garbage; looking for it at every 2,000 would take 7 % of a cold start.
gc.set_threshold(50_000)
