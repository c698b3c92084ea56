"""Deploys the site to AWS: a stack from `site.yaml`, and `site/` with the suppliers' pictures in its bucket.

`make deploy-site` is its command; the local stack serves the same files with the same headers.
"""
