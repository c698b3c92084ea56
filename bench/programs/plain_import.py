"""The plain way to load a CSV file: a loop over `csv` and boto3's `batch_writer`, which checks nothing.

`python plain_import.py FILE ENDPOINT TABLE`.
"""

import csv
import sys
from pathlib import Path

import boto3

file, endpoint, name = sys.argv[1:]
session = boto3.Session("test", "test", region_name="eu-south-1")
table = session.resource("dynamodb", endpoint_url=endpoint).Table(name)
with Path(file).open(encoding="utf-8", newline="") as lines, table.batch_writer() as batch:
    for row in csv.DictReader(lines, delimiter=";"):
        key = f"{row['FORNITORE']}#{row['COD_CLIENTE']}"
        batch.put_item(Item={"pk": key} | {column.lower(): value for column, value in row.items() if value})
