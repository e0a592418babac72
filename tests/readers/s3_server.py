"""An S3 server for tests, on loopback and in memory, that checks signatures as AWS does.

Prints one line of JSON when it is ready: {"endpoint": …, "region": …, "bucket": …, "access_key_id": …,
"secret_access_key": …}, the key being the only one that may use the bucket; then one line per request on stderr. It
ends when its standard input does, so that it never outlives the test that started it, however that one ends.
"""

import json
import sys

import boto3
import moto.settings
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

REGION = "us-east-1"
BUCKET = "edulac"
ALL_OF_S3 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}

# Port 0: a free one.
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"


def client(service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="setup", aws_secret_access_key="setup"
    )


client("s3").create_bucket(Bucket=BUCKET)
iam = client("iam")
iam.create_user(UserName="tests")
iam.put_user_policy(UserName="tests", PolicyName="all-of-s3", PolicyDocument=json.dumps(ALL_OF_S3))
key = iam.create_access_key(UserName="tests")["AccessKey"]

# From the next request on, keys, signatures and policies are checked.
moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

ready = {
    "endpoint": endpoint,
    "region": REGION,
    "bucket": BUCKET,
    "access_key_id": key["AccessKeyId"],
    "secret_access_key": key["SecretAccessKey"],
}
print(json.dumps(ready), flush=True)
sys.stdin.read()
