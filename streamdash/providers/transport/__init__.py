"""Below the SDKs: connections, certificates, proxies and bodies."""
