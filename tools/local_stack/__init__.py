"""The whole product on one machine: an AWS emulator, the deployed template, and a front door like API Gateway.

`make run` is its command; tests use `tools.local_stack.stack` with ports and folders of their own.
"""
