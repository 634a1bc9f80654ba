"""Carries requests for the SDKs: connections, certificates, proxies and bodies."""
