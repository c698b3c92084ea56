"""Brings the site to AWS: `site.yaml` becomes a stack, `site/` and the suppliers' pictures its bucket's content.

`make deploy-site` is its command; the local stack serves the same files with the same headers.
"""
