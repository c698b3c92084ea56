"""The usual way to load a CSV file: a loop over `csv` that puts each row by itself, and checks nothing.

`python row_import.py FILE ENDPOINT TABLE`.
"""

import csv
import sys
from pathlib import Path

import boto3

file, endpoint, name = sys.argv[1:]
session = boto3.Session("test", "test", region_name="eu-south-1")
table = session.resource("dynamodb", endpoint_url=endpoint).Table(name)
with Path(file).open(encoding="utf-8", newline="") as lines:
    for row in csv.DictReader(lines, delimiter=";"):
        key = f"{row['FORNITORE']}#{row['COD_CLIENTE']}"
        table.put_item(Item={"pk": key} | {column.lower(): value for column, value in row.items() if value})
