"""The services that are emulated, one folder each; `localcloud.services.emulated` lists what they offer.

It is not listed here, so that importing one service does not import all of them.
"""
