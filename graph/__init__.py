"""The client for Microsoft Graph: real msal, httpx, and nothing that is not ``domain``'s outside.

What leaves this package are values of ``domain`` and this package's own; every failure is one of
``domain.failures``. Graph's spellings stop here.
"""
