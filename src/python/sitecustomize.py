"""Makes Python programs trust understudy's certificates, and call understudy instead of Twilio.

Python imports this module at its start if its folder is in PYTHONPATH, as `understudy exec` sets it.

UNDERSTUDY_CA_FILE       certificate of the local authority, trusted wherever a program loads certificates
UNDERSTUDY_TLS_ADDRESS   host:port for connections to *.twilio.com; without it, they need a proxy
"""

import importlib.machinery
import importlib.util
import os
import socket
import ssl
import sys

_ca_file = os.environ.get("UNDERSTUDY_CA_FILE")
_host, _, _port = os.environ.get("UNDERSTUDY_TLS_ADDRESS", "").rpartition(":")
_allowed = os.environ.get("UNDERSTUDY_ALLOW_TWILIO", "").lower().split(",")

if _ca_file:
    _load = ssl.SSLContext.load_verify_locations

    def _load_with_ours(self, cafile=None, capath=None, cadata=None):
        _load(self, cafile, capath, cadata)
        _load(self, _ca_file)

    ssl.SSLContext.load_verify_locations = _load_with_ours

if _host:
    _getaddrinfo = socket.getaddrinfo

    def _redirected(host, port, *args, **kwargs):
        name = (host.decode() if isinstance(host, bytes) else host or "").lower().rstrip(".")
        if name.endswith(".twilio.com") and name not in _allowed:
            host, port = _host.strip("[]"), int(_port)
        return _getaddrinfo(host, port, *args, **kwargs)

    socket.getaddrinfo = _redirected

# This module hides another one of the same name, e.g. that of the system. Run it as well.
_own = os.path.dirname(os.path.abspath(__file__))
_others = [path for path in sys.path if os.path.abspath(path or ".") != _own]
_spec = importlib.machinery.PathFinder.find_spec("sitecustomize", _others)
if _spec and _spec.loader:
    _spec.loader.exec_module(importlib.util.module_from_spec(_spec))
