"""What versions of the functions share during a release, and whether the last release can live beside this one."""
