"""The same work written the usual way: boto3, pydantic and Powertools, all imported at the top."""
