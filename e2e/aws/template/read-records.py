# A stranger's client: sends a file by the address it was given, then reads what the studio keeps, by the names alone.
import json
import sys
import urllib.request

import boto3

ask = json.load(sys.stdin)
aws = {"endpoint_url": ask["endpoint"], "region_name": "us-east-1", "aws_access_key_id": ask["account"], "aws_secret_access_key": "test"}
if "put" in ask:
    body = open(ask["file"], "rb").read()
    request = urllib.request.Request(ask["put"], data=body, method="PUT", headers={"Content-Type": "image/jpeg", "If-None-Match": "*"})
    print(json.dumps({"status": urllib.request.urlopen(request).status}))
else:
    image = boto3.resource("dynamodb", **aws).Table(ask["table"]).get_item(Key={"imageId": ask["imageId"]})["Item"]
    s3 = boto3.client("s3", **aws)
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=ask["bucket"], Prefix=f"renditions/{ask['imageId']}/")["Contents"]]
    head = s3.get_object(Bucket=ask["bucket"], Key=keys[0])["Body"].read(4)
    print(json.dumps({"state": image["state"], "width": int(image["width"]), "keys": keys, "head": head.hex()}))
