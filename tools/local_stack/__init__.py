"""The whole product on one machine: an AWS emulator, the deployed template, and a front door like API Gateway's.

`make run` is its command; tests use `LocalStack` from `tools.local_stack.stack` on ports and data of their own.
"""
