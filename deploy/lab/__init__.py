"""A callvault of one's own on this machine: PostgreSQL cluster, authority, issuer, gateway and calls.

deploy/demo and tests/e2e are both built from it, so that there is one way to do each thing. Python's standard library,
the openssl command and PostgreSQL's own programs; nothing else. README.md beside this file is the map.
"""
