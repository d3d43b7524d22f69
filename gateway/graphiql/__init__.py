"""GraphiQL for development and demo, from files kept here: nothing is fetched from elsewhere."""
