"""What is wrong on this machine or in this data folder, and how to mend it."""
