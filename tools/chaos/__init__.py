"""Breaks parts of AWS one after another while customers come and go, and looks what became of what they were told."""
