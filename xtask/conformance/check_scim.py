"""Runs every check of scim2-tester against a SCIM base URL; anything but success fails.

python check_scim.py http://127.0.0.1:8080/scim/v2, with the bearer token in SCIM_TOKEN.
"""

import collections
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

client = Client(
    base_url=sys.argv[1],
    headers={"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]},
    timeout=60,
)
results = check_server(SyncSCIMClient(client))
counts = collections.Counter(result.status.name for result in results)
print("scim2-tester:", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
for result in results:
    if result.status != Status.SUCCESS:
        print(result.status.name, result.title, result.resource_type or "", result.reason or "")
sys.exit(0 if set(counts) == {"SUCCESS"} else 1)
