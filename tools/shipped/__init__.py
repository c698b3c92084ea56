"""What is shipped in the layer: its packages, their licences (NOTICE) and its bill of materials (SBOM)."""
