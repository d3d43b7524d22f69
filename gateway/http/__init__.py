"""The ASGI face of the gateway: what reaches the pipeline, and how its answers leave."""
