"""A stand-in for AWS that answers at once: the services as the functions meet them, and counted.

It evaluates nothing: reads return what was prepared, writes succeed and change nothing, so that one and the same call
can be measured a thousand times. An emulator would measure itself: its answers take longer than our functions.
"""
