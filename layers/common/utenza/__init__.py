"""What more than one Utenza function needs: identities, matching, secrets, tables, HTTP."""
