"""An Azure Blob server for tests (Azurite), on loopback and in memory, that checks signatures as Azure does.

usage: azure_server.py AZURITE_BLOB

Prints one line of JSON when it is ready: {"endpoint": …, "container": …, "account": …, "account_key": …}. It ends when
its standard input does, so that it never outlives the test that started it, however that one ends.
"""

import base64
import email.utils
import hashlib
import hmac
import json
import os
import re
import secrets
import subprocess
import sys
import urllib.request

ACCOUNT = "lac"
CONTAINER = "edulac"
VERSION = "2021-08-06"

key = base64.b64encode(secrets.token_bytes(64)).decode()
server = subprocess.Popen(
    [
        sys.argv[1], "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent",
        "--blobHost", "127.0.0.1", "--blobPort", "0",
    ],
    env=os.environ | {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
    stdin=subprocess.DEVNULL,
    stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL,
    text=True,
)
listens = (re.search(r"listens on (http://\S+)", line) for line in server.stdout)
endpoint = f"{next(found for found in listens if found)[1]}/{ACCOUNT}"

date = email.utils.formatdate(usegmt=True)
canonical = (
    f"PUT{chr(10) * 12}x-ms-date:{date}\nx-ms-version:{VERSION}\n/{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container"
)
signature = hmac.new(base64.b64decode(key), canonical.encode(), hashlib.sha256).digest()
headers = {
    "x-ms-date": date,
    "x-ms-version": VERSION,
    "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(signature).decode()}",
    "Content-Length": "0",
}
address = f"{endpoint}/{CONTAINER}?restype=container"
urllib.request.urlopen(urllib.request.Request(address, method="PUT", headers=headers)).close()

print(json.dumps({"endpoint": endpoint, "container": CONTAINER, "account": ACCOUNT, "account_key": key}), flush=True)
sys.stdin.read()
server.terminate()
