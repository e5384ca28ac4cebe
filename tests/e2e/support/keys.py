"""Keys and key documents, made from their description and not by the code under test."""

import hashlib
import json
import secrets
import string
import zlib

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase

# Every key that was made, to be looked for in the logs.
made = []


def checksum(text):
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits


def new_key(key_id):
    body = f"mcp_{key_id}_" + "".join(secrets.choice(BASE62) for _ in range(43))
    key = f"{body}_{checksum(body)}"
    made.append(key)
    return key


def new_bare_key():
    key = secrets.token_hex(32)
    made.append(key)
    return key


def document(**keys):
    """One record per `id=key`; a key may come with more fields, as a pair."""
    records = []
    for key_id, key in keys.items():
        key, fields = key if isinstance(key, tuple) else (key, {})
        digest = hashlib.sha256(key.encode()).hexdigest()
        records.append({"id": key_id, "sha256": digest, **fields})
    return json.dumps({"v": 1, "keys": records})
