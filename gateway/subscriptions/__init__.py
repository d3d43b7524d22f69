"""Subscriptions as clients hold them: server-sent events and graphql-transport-ws sockets."""
