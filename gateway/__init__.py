"""The one public GraphQL endpoint: federation over the subgraphs, login, limits, subscriptions, files."""
