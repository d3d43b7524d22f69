"""Who wants to go to work together: two workers who have named each other, each by their own act."""
