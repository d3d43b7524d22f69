"""Who calls: tokens, the keys that prove them, and the issuer for trying out."""
