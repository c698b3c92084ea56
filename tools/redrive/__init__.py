"""Works off dead letters again, once what held them up is mended."""
