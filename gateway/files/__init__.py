"""Files on their way to and from the service that keeps them."""
